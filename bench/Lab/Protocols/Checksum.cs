using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// A sum over 8-byte words, each mixed with its place, so that swapped, lost and changed bytes show. Being a sum, the part that does not
/// change from request to request is computed once.
/// </summary>
internal static class Checksum
{
    private const ulong PlaceStep = 0x9E3779B97F4A7C15;
    private const ulong Multiplier = 0xD6E8FEB86659FD93;

    public static ulong Of(ReadOnlySpan<byte> data) => Finish(Part(data, 0), data.Length);

    /// <summary>Sum of the words of <paramref name="data"/>, the first of which is the word number <paramref name="place"/>.</summary>
    public static ulong Part(ReadOnlySpan<byte> data, int place)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        var mask = (ulong)(place + 1) * PlaceStep;
        ulong sum = 0;
        foreach (var word in words)
        {
            sum += Mixed(word, mask);
            mask += PlaceStep;
        }
        var rest = data[(words.Length * 8)..];
        if (rest.IsEmpty)
            return sum;
        Span<byte> last = stackalloc byte[8];
        last.Clear();
        rest.CopyTo(last);
        return sum + Mixed(BinaryPrimitives.ReadUInt64LittleEndian(last), mask);
    }

    public static ulong Finish(ulong sum, int length) => Mixed(sum, (ulong)length);

    private static ulong Mixed(ulong word, ulong mask) => BitOperations.RotateLeft((word ^ mask) * Multiplier, 29) ^ mask;
}
