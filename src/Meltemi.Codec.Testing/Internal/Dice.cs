using System.Buffers.Binary;

namespace Meltemi.Codec.Testing;

/// <summary>Seeded damage to bytes, of the kinds that break parsers.</summary>
internal sealed class Dice(int seed)
{
    private const int HeadBytes = 64;
    private static readonly uint[] Interesting =
        [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>One to four changes; <paramref name="at"/> is the place of the last.</summary>
    public byte[] Damage(byte[] original, byte[] other, out int at)
    {
        var bytes = original.ToArray();
        at = 0;
        for (var changes = 1 + Next(4); changes > 0; changes--) bytes = Change(bytes, other, out at);
        return bytes;
    }

    private byte[] Change(byte[] bytes, byte[] other, out int at)
    {
        if (bytes.Length == 0)
        {
            at = 0;
            return Bytes(1 + Next(8));
        }

        at = Next(Next(2) == 0 ? Math.Min(bytes.Length, HeadBytes) : bytes.Length);
        var count = Math.Min(1 + Next(8), bytes.Length - at);
        switch (Next(9))
        {
            case 0: bytes[at] ^= (byte)(1 << Next(8)); return bytes;
            case 1: bytes[at] = (byte)Interesting[Next(5)]; return bytes;
            case 2: bytes[at] += (byte)(Next(2) == 0 ? 1 : 255); return bytes;
            case 3: return [.. bytes[..at], .. Bytes(count), .. bytes[at..]];
            case 4: return [.. bytes[..at], .. bytes[(at + count)..]];
            case 5: return [.. bytes[..(at + count)], .. bytes[at..]];
            case 6: return [.. bytes[..at], .. other[Math.Min(at, other.Length)..]];
            case 7: Length(bytes.AsSpan(at), 2); return bytes;
            default: Length(bytes.AsSpan(at), 4); return bytes;
        }
    }

    private void Length(Span<byte> to, int width)
    {
        if (to.Length < width) return;
        var value = Pick(Interesting);
        if (width == 2 && Next(2) == 0) BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
        else if (width == 2) BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)value);
        else if (Next(2) == 0) BinaryPrimitives.WriteUInt32LittleEndian(to, value);
        else BinaryPrimitives.WriteUInt32BigEndian(to, value);
    }
}
