using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Meltemi.Proxy.Filters.Sessions;

/// <summary>
/// The endpoint that a request names: its address in Base64, as in Envoy's header based sessions. Belongs to an exchange and is used again with it, so
/// that reading a tag allocates nothing.
/// </summary>
internal sealed class SessionTag
{
    /// <summary>Longest address, a Unix domain socket's among them.</summary>
    public const int MaxLength = 120;

    private readonly char[] _address = new char[MaxLength];
    private int _length;

    /// <summary>The address; empty: none is named.</summary>
    public ReadOnlySpan<char> Address => _address.AsSpan(0, _length);

    /// <summary>No other endpoint will do.</summary>
    public bool IsStrict { get; private set; }

    /// <summary>The text by which requests name an endpoint.</summary>
    public static byte[] Of(ReadOnlySpan<byte> address)
    {
        var tag = new byte[Base64.GetMaxEncodedToUtf8Length(address.Length)];
        Base64.EncodeToUtf8(address, tag, out _, out var written);
        return tag[..written];
    }

    /// <summary>Takes over a request's tag. One that names nothing is none.</summary>
    public void Read(ReadOnlySpan<byte> tag, bool isStrict)
    {
        Span<byte> address = stackalloc byte[MaxLength];
        IsStrict = isStrict;
        _length = Base64.DecodeFromUtf8(tag, address, out _, out var length) == OperationStatus.Done
            && Encoding.UTF8.TryGetChars(address[..length], _address, out var chars)
            ? chars
            : 0;
    }

    /// <summary>Forgets it.</summary>
    public void Clear() => _length = 0;
}
