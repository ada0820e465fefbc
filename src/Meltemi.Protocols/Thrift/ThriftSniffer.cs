using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Tells a connection's dialect from its first bytes. Versioned protocols and the THeader have a magic number. The old binary
/// protocol has none, so there we want a whole plausible name and message type before we say yes: it errs towards "not thrift".
/// </summary>
internal static class ThriftSniffer
{
    public const ushort HeaderMagic = 0x0fff;

    public static Decoded Sniff(ReadOnlySpan<byte> bytes, int maxFrameBytes, out ThriftDialect dialect)
    {
        dialect = default;
        if (bytes.IsEmpty) return Decoded.Need(4);
        if (bytes[0] >= 0x80) return Unframed(bytes, out dialect);
        if (bytes.Length < 8) return Decoded.Need(8);
        if (ThriftEnvelope.IsBinary(bytes[4], bytes[5])) return Is(ThriftTransport.Framed, ThriftProtocol.Binary, out dialect);
        if (ThriftEnvelope.IsCompact(bytes[4], bytes[5])) return Is(ThriftTransport.Framed, ThriftProtocol.Compact, out dialect);
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) == HeaderMagic) return Is(ThriftTransport.Header, default, out dialect);
        return Old(bytes, maxFrameBytes, out dialect);
    }

    private static Decoded Unframed(ReadOnlySpan<byte> bytes, out ThriftDialect dialect)
    {
        dialect = default;
        if (bytes[0] is not (0x80 or 0x82)) return Decoded.NotThis("thrift: no protocol starts so");
        if (bytes.Length < 2) return Decoded.Need(4);
        if (ThriftEnvelope.IsBinary(bytes[0], bytes[1])) return Is(ThriftTransport.Unframed, ThriftProtocol.Binary, out dialect);
        if (ThriftEnvelope.IsCompact(bytes[0], bytes[1])) return Is(ThriftTransport.Unframed, ThriftProtocol.Compact, out dialect);
        return Decoded.NotThis("thrift: unknown protocol version");
    }

    // Unframed: i32 length, name, type. Framed: the same after another i32. Names have no zero byte, lengths start with one.
    private static Decoded Old(ReadOnlySpan<byte> bytes, int maxFrameBytes, out ThriftDialect dialect)
    {
        dialect = default;
        var framed = bytes[4] == 0;
        var frame = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (framed && (frame < 4 || frame > maxFrameBytes - 4)) return Decoded.NotThis("thrift: not a frame");
        var start = framed ? 4 : 0;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[start..]);
        if (length is < 1 or > ThriftEnvelope.MaxNameBytes || (framed && length > frame - 9)) return Decoded.NotThis("thrift: not a name");
        var name = start + 4;
        if (bytes[name..Math.Min(bytes.Length, name + length)].ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            return Decoded.NotThis("thrift: not a name");
        }

        if (bytes.Length <= name + length) return Decoded.Need(name + length + 1);
        if (bytes[name + length] is 0 or > (byte)ThriftMessageType.OneWay) return Decoded.NotThis("thrift: not a message type");
        return Is(framed ? ThriftTransport.Framed : ThriftTransport.Unframed, ThriftProtocol.BinaryOld, out dialect);
    }

    private static Decoded Is(ThriftTransport transport, ThriftProtocol protocol, out ThriftDialect dialect)
    {
        dialect = new(transport, protocol);
        return Decoded.Complete;
    }
}
