using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meltemi.Transport;

/// <summary>
/// Version 1, a line of text: <c>"PROXY" SP ("TCP4" | "TCP6") SP source SP destination SP port SP port CRLF</c>, or
/// <c>"PROXY UNKNOWN"</c> and anything up to CRLF. At most 107 bytes (proxy-protocol.txt, 2.1).
/// </summary>
internal static class ProxyHeaderV1
{
    public const int MaxLength = 107;

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        ReadOnlySpan<byte> prefix = "PROXY "u8;
        int common = Math.Min(bytes.Length, prefix.Length);
        if (!bytes[..common].SequenceEqual(prefix[..common]))
            return ProxyHeaderStatus.Malformed;
        ReadOnlySpan<byte> window = bytes[..Math.Min(bytes.Length, MaxLength)];
        int end = window.IndexOf((byte)'\n');
        if (end < 0)
            return bytes.Length < MaxLength ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed;
        if (end <= prefix.Length || window[end - 1] != '\r')
            return ProxyHeaderStatus.Malformed;
        ReadOnlySpan<byte> fields = window[prefix.Length..(end - 1)];
        if (fields.StartsWith("UNKNOWN"u8) && (fields.Length == 7 || fields[7] == ' '))
        {
            header = new ProxyHeader { Length = end + 1 };
            return ProxyHeaderStatus.Complete;
        }
        AddressFamily family = fields.StartsWith("TCP4 "u8) ? AddressFamily.InterNetwork
            : fields.StartsWith("TCP6 "u8) ? AddressFamily.InterNetworkV6 : AddressFamily.Unspecified;
        if (family == AddressFamily.Unspecified)
            return ProxyHeaderStatus.Malformed;
        fields = fields[5..];
        if (!TakeAddress(ref fields, family, out IPAddress? source) || !TakeAddress(ref fields, family, out IPAddress? destination) ||
            !TakePort(ref fields, out int sourcePort) || fields.IndexOf((byte)' ') >= 0 || !TakePort(ref fields, out int destinationPort))
            return ProxyHeaderStatus.Malformed;
        header = new ProxyHeader
        {
            Length = end + 1,
            Source = new IPEndPoint(source!, sourcePort),
            Destination = new IPEndPoint(destination!, destinationPort),
        };
        return ProxyHeaderStatus.Complete;
    }

    private static bool TakeAddress(ref ReadOnlySpan<byte> fields, AddressFamily family, out IPAddress? address)
    {
        address = null;
        ReadOnlySpan<byte> field = TakeField(ref fields);
        Span<char> text = stackalloc char[MaxLength];
        if (!Encoding.ASCII.TryGetChars(field, text, out int length) || !IPAddress.TryParse(text[..length], out address) ||
            address.AddressFamily != family)
            return false;
        if (family == AddressFamily.InterNetworkV6)
            return field.IndexOfAny((byte)'%', (byte)'[') < 0; // a scope or brackets are not in the grammar
        // Nor are the old shorthands, "127.1", octal and hexadecimal, over which two readers of one address can disagree.
        Span<char> canonical = stackalloc char[MaxLength];
        return address.TryFormat(canonical, out int written) && text[..length].SequenceEqual(canonical[..written]);
    }

    private static bool TakePort(ref ReadOnlySpan<byte> fields, out int port)
    {
        ReadOnlySpan<byte> field = TakeField(ref fields);
        return Utf8Parser.TryParse(field, out port, out int used) && used == field.Length && port is >= 0 and <= ushort.MaxValue &&
            field[0] is >= (byte)'0' and <= (byte)'9';
    }

    /// <summary>Up to the next single space; the last field has none behind it.</summary>
    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> fields)
    {
        int space = fields.IndexOf((byte)' ');
        ReadOnlySpan<byte> field = space < 0 ? fields : fields[..space];
        fields = space < 0 ? default : fields[(space + 1)..];
        return field;
    }
}
