using System.Buffers.Binary;

namespace Meltemi.Bench.Lab.Protocols;

/// <summary>A 64-bit number as 16 letters <c>a</c> to <c>p</c>, so that it may stand in a string of any protocol.</summary>
internal static class Letters
{
    public const int Size = 16;

    private const ulong AllA = 0x6161616161616161;

    public static void Write(Span<byte> target, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Spread((uint)value));
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Spread((uint)(value >> 32)));
    }

    public static bool Are(ReadOnlySpan<byte> letters, ulong value) =>
        letters.Length == Size
        && BinaryPrimitives.ReadUInt64LittleEndian(letters) == Spread((uint)value)
        && BinaryPrimitives.ReadUInt64LittleEndian(letters[8..]) == Spread((uint)(value >> 32));

    // Halves the distance three times: 32 bits become 8 bytes with 4 bits each.
    private static ulong Spread(uint value)
    {
        ulong x = value;
        x = (x | (x << 16)) & 0x0000FFFF0000FFFF;
        x = (x | (x << 8)) & 0x00FF00FF00FF00FF;
        x = (x | (x << 4)) & 0x0F0F0F0F0F0F0F0F;
        return x + AllA;
    }
}
