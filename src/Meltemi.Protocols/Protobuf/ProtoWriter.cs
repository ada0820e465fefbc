using System.Numerics;

namespace Meltemi.Protocols.Protobuf;

/// <summary>Writes protobuf fields to a <see cref="SpanWriter"/>.</summary>
internal static class ProtoWriter
{
    public static int VarintSize(ulong value) => (70 - BitOperations.LeadingZeroCount(value | 1)) / 7;

    public static void Varint(ref SpanWriter writer, ulong value)
    {
        for (; value >= 0x80; value >>= 7) writer.Write((byte)(value | 0x80));
        writer.Write((byte)value);
    }

    public static void Number(ref SpanWriter writer, int field, ulong value)
    {
        Varint(ref writer, (ulong)field << 3 | ProtoReader.Varint);
        Varint(ref writer, value);
    }

    public static void Bytes(ref SpanWriter writer, int field, scoped ReadOnlySpan<byte> value)
    {
        Varint(ref writer, (ulong)field << 3 | ProtoReader.Bytes);
        Varint(ref writer, (ulong)value.Length);
        writer.Write(value);
    }

    /// <summary>A map's entry.</summary>
    public static void Entry(ref SpanWriter writer, int field, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> value)
    {
        Varint(ref writer, (ulong)field << 3 | ProtoReader.Bytes);
        Varint(ref writer, (ulong)(2 + VarintSize((ulong)key.Length) + key.Length + VarintSize((ulong)value.Length) + value.Length));
        Bytes(ref writer, 1, key);
        Bytes(ref writer, 2, value);
    }
}
