using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Proxy.Flow;

/// <summary>A request that may have to be sent again: its bytes as its client sent them, and what they were understood to be.</summary>
internal struct KeptRequest
{
    // Larger requests borrow a buffer.
    private const int MostOwn = 2 * 1024;

    private byte[]? _own;
    private byte[]? _borrowed;
    private int _length;

    /// <summary>Whether there is one.</summary>
    public bool IsThere { get; private set; }

    /// <summary>The request as the client sent it.</summary>
    public readonly Span<byte> Bytes => (_borrowed ?? _own).AsSpan(0, _length);

    /// <summary>What the codec said of it.</summary>
    public Frame Frame;

    /// <summary>Hash that the endpoint is chosen by, if <see cref="HasHash"/>.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Whether there was anything to hash.</summary>
    public bool HasHash { get; private set; }

    public void Keep(ReadOnlySpan<byte> request, in Frame frame, ulong hash, bool hasHash)
    {
        _length = request.Length;
        if (_length > MostOwn) _borrowed = ArrayPool<byte>.Shared.Rent(_length);
        else if (_own is null || _own.Length < _length) _own = new byte[Math.Clamp(2 * _length, 256, MostOwn)];
        request.CopyTo(Bytes);
        Frame = frame;
        Hash = hash;
        HasHash = hasHash;
        IsThere = true;
    }

    public void Release()
    {
        IsThere = false;
        if (_borrowed is null) return;
        ArrayPool<byte>.Shared.Return(_borrowed);
        _borrowed = null;
    }
}
