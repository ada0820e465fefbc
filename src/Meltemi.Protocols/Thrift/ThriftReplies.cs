using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Writes the answers of the proxy itself: a message of type exception with a TApplicationException, in the client's dialect and under the
/// method name it called, because some clients (node's) choose the reader of an answer by its name.
/// </summary>
internal static class ThriftReplies
{
    // Bytes around name and text: length 4, header 14 + 4, envelope and exception's fields at most 30.
    private const int Overhead = 64;

    public static int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var type = ThriftExceptionTypes.Of(reason);
        if (request.Kind == MessageKind.OneWay) return type; // Nobody waits for an answer.
        var (transport, protocol) = ThriftDialect.Of(request.Variant);
        var compact = protocol == ThriftProtocol.Compact;
        var writer = new ThriftWriter(output.GetSpan(Overhead + request.Kept.Length + text.Length));
        var id = (int)(uint)request.Id;
        if (transport != ThriftTransport.Unframed) writer.Int32(0);
        if (transport == ThriftTransport.Header)
        {
            var memo = new ThriftMemo(request.Memo);
            Header(ref writer, memo.HeaderId(request.Id), memo.Flags, compact ? ThriftHeader.CompactId : ThriftHeader.BinaryId);
        }

        if (compact) Compact(ref writer, id, request.Kept, type, text);
        else Binary(ref writer, protocol == ThriftProtocol.BinaryOld, id, request.Kept, type, text);
        if (transport != ThriftTransport.Unframed) writer.Int32At(0, writer.Position - 4);
        output.Advance(writer.Position);
        return type;
    }

    private static void Header(ref ThriftWriter writer, int id, ushort flags, byte protocol)
    {
        writer.Int16(ThriftSniffer.HeaderMagic);
        writer.Int16(flags);
        writer.Int32(id);
        writer.Int16(1); // One word: protocol, no transforms, no pairs.
        writer.Byte(protocol);
        writer.Byte(0);
        writer.Int16(0);
    }

    private static void Binary(
        ref ThriftWriter writer, bool old, int id, ReadOnlySpan<byte> name, int type, ReadOnlySpan<byte> text)
    {
        if (!old)
        {
            writer.Int16(0x8001);
            writer.Int16((int)ThriftMessageType.Exception);
        }

        writer.LongText(name);
        if (old) writer.Byte((int)ThriftMessageType.Exception);
        writer.Int32(id);

        writer.Byte(BinaryWire.String);
        writer.Int16(1);
        writer.LongText(text);
        writer.Byte(BinaryWire.I32);
        writer.Int16(2);
        writer.Int32(type);
        writer.Byte(0);
    }

    private static void Compact(ref ThriftWriter writer, int id, ReadOnlySpan<byte> name, int type, ReadOnlySpan<byte> text)
    {
        writer.Byte(0x82);
        writer.Byte(((int)ThriftMessageType.Exception << 5) | 1);
        writer.Varint((uint)id);
        writer.ShortText(name);

        writer.Byte(0x10 | CompactWire.Binary);
        writer.ShortText(text);
        writer.Byte(0x10 | CompactWire.I32);
        writer.Varint((uint)type << 1);
        writer.Byte(0);
    }
}
