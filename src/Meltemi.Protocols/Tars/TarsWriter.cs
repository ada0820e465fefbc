using System.Buffers.Binary;

namespace Meltemi.Protocols.Tars;

/// <summary>Writes Tars fields to a <see cref="SpanWriter"/>; see <see cref="TarsReader"/>. Tags are below 15.</summary>
internal static class TarsWriter
{
    /// <summary>Most that a number takes, its head included.</summary>
    public const int MaxNumber = 5;

    /// <summary>Most that a text takes beside its bytes.</summary>
    public const int MaxTextOverhead = 5;

    public static int NumberSize(int value) => value switch
    {
        0 => 1,
        >= sbyte.MinValue and <= sbyte.MaxValue => 2,
        >= short.MinValue and <= short.MaxValue => 3,
        _ => 5,
    };

    public static void Number(ref SpanWriter writer, int tag, int value)
    {
        switch (NumberSize(value))
        {
            case 1:
                Head(ref writer, tag, TarsReader.Zero);
                break;
            case 2:
                Head(ref writer, tag, TarsReader.Byte);
                writer.Write((byte)value);
                break;
            case 3:
                Head(ref writer, tag, TarsReader.Short);
                BinaryPrimitives.WriteInt16BigEndian(writer.Reserve(2), (short)value);
                break;
            default:
                Head(ref writer, tag, TarsReader.Int);
                BinaryPrimitives.WriteInt32BigEndian(writer.Reserve(4), value);
                break;
        }
    }

    public static void Text(ref SpanWriter writer, int tag, scoped ReadOnlySpan<byte> value)
    {
        if (value.Length <= byte.MaxValue)
        {
            Head(ref writer, tag, TarsReader.ShortText);
            writer.Write((byte)value.Length);
        }
        else
        {
            Head(ref writer, tag, TarsReader.LongText);
            BinaryPrimitives.WriteInt32BigEndian(writer.Reserve(4), value.Length);
        }

        writer.Write(value);
    }

    public static void Bytes(ref SpanWriter writer, int tag, scoped ReadOnlySpan<byte> value)
    {
        Head(ref writer, tag, TarsReader.Bytes);
        Head(ref writer, 0, TarsReader.Byte);
        Number(ref writer, 0, value.Length);
        writer.Write(value);
    }

    /// <summary>Begins a map; so many pairs must follow.</summary>
    public static void Map(ref SpanWriter writer, int tag, int count)
    {
        Head(ref writer, tag, TarsReader.Map);
        Number(ref writer, 0, count);
    }

    public static void Pair(ref SpanWriter writer, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> value)
    {
        Text(ref writer, 0, key);
        Text(ref writer, 1, value);
    }

    private static void Head(ref SpanWriter writer, int tag, int type) => writer.Write((byte)(tag << 4 | type));
}
