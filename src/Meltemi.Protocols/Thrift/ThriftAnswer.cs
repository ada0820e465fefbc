using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// How an answer ended. A reply's struct has the result as field 0 or one declared exception under its own number; a void result
/// has no field. An exception's struct is a TApplicationException: field 1 text, field 2 type.
/// </summary>
internal static class ThriftAnswer
{
    public static Decoded Read(ReadOnlySpan<byte> message, in ThriftEnvelope envelope, ThriftProtocol protocol, ref Frame frame)
    {
        var cursor = new WireCursor(message, envelope.BodyOffset);
        if (envelope.Type == ThriftMessageType.Exception)
        {
            frame.Code = protocol == ThriftProtocol.Compact ? TypeCompact(ref cursor) : TypeBinary(ref cursor);
            frame.Status = ThriftExceptionTypes.StatusOf(frame.Code);
            return Decoded.Complete;
        }

        var field = 0;
        var there = protocol == ThriftProtocol.Compact
            ? CompactWire.Field(ref cursor, ref field, out var type)
            : BinaryWire.Field(ref cursor, ref field, out type);
        if (!there) return cursor.FailureAtEnd;
        frame.Status = type == 0 || field == 0 ? AnswerStatus.Ok : AnswerStatus.ApplicationError;
        return Decoded.Complete;
    }

    // Whatever is not as expected (cut off, other fields) counts as type 0, unknown: the answer is forwarded all the same.
    private static int TypeBinary(ref WireCursor cursor)
    {
        var field = 0;
        while (BinaryWire.Field(ref cursor, ref field, out var type))
        {
            if (type == BinaryWire.I32 && cursor.Int32(out var value))
            {
                if (field == 2) return value;
            }
            else if (type != BinaryWire.String || !BinaryWire.Length(ref cursor, out var length) || !cursor.Skip(length))
            {
                return 0;
            }
        }

        return 0;
    }

    private static int TypeCompact(ref WireCursor cursor)
    {
        var field = 0;
        while (CompactWire.Field(ref cursor, ref field, out var type))
        {
            if (type == CompactWire.I32 && cursor.ZigZag(out var value))
            {
                if (field == 2) return value;
            }
            else if (type != CompactWire.Binary || !CompactWire.Length(ref cursor, out var length) || !cursor.Skip(length))
            {
                return 0;
            }
        }

        return 0;
    }
}
