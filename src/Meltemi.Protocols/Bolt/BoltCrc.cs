using System.Buffers.Binary;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// The trailer of version 2: the CRC-32 of java.util.zip (polynomial 0xedb88320, reflected), over all bytes before it. Eight tables, so that
/// eight bytes are taken at a step.
/// </summary>
internal static class BoltCrc
{
    public const int Size = 4;
    private const uint Polynomial = 0xedb88320;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Whether the message's trailer fits it.</summary>
    public static bool IsRight(ReadOnlySpan<byte> message) =>
        BinaryPrimitives.ReadUInt32BigEndian(message[^Size..]) == Of(message[..^Size]);

    /// <summary>Writes the trailer of a message that is complete but for it.</summary>
    public static void Write(Span<byte> message) => BinaryPrimitives.WriteUInt32BigEndian(message[^Size..], Of(message[..^Size]));

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var (t0, t1, t2, t3) = (Tables[0], Tables[1], Tables[2], Tables[3]);
        var (t4, t5, t6, t7) = (Tables[4], Tables[5], Tables[6], Tables[7]);
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t7[(byte)low] ^ t6[(byte)(low >> 8)] ^ t5[(byte)(low >> 16)] ^ t4[low >> 24]
                ^ t3[(byte)high] ^ t2[(byte)(high >> 8)] ^ t1[(byte)(high >> 16)] ^ t0[high >> 24];
        }

        foreach (var b in bytes) crc = crc >> 8 ^ t0[(byte)crc ^ b];
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var k = 0; k < tables.Length; k++) tables[k] = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ Polynomial;
            tables[0][i] = crc;
        }

        for (var k = 1; k < tables.Length; k++)
        {
            for (var i = 0; i < 256; i++) tables[k][i] = tables[k - 1][i] >> 8 ^ tables[0][(byte)tables[k - 1][i]];
        }

        return tables;
    }
}
