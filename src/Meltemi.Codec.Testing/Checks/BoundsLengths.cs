using System.Text;

namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    private const int HeadBytes = 256;

    // Growing scratch of attribute values is allowed; memory in proportion to a length that only a peer claims is not.
    private const int MaxAllocated = 4 * AttributeValues.MaxScratch;

    // First byte, those between, last byte: the largest signed and unsigned, big- and little-endian, and the smallest signed.
    private static readonly (byte, byte, byte)[] HugeNumbers = [(0x7f, 0xff, 0xff), (0xff, 0xff, 0xff), (0xff, 0xff, 0x7f), (0x80, 0, 0)];
    private static readonly string[] HugeDigits = ["2147483647", "4294967297", "99999999999999999999999", "-1", ""];

    /// <summary>
    /// Whatever bytes of a head may be a length, as binary or as digits: a huge one there neither throws, nor is waited for beyond
    /// MaxFrameBytes, nor costs memory.
    /// </summary>
    public static void BoundsLengths(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(BoundsLengths), codec, samples, options, BoundsLengths);

    private static void BoundsLengths(Probe probe)
    {
        var exercise = new Exercise(probe);
        foreach (var sample in probe.Samples)
        {
            var memo = probe.MemoFor(sample);
            foreach (var given in Huge(sample))
            {
                exercise.Run(given, probe.Open(sample), memo);

                var state = probe.Open(sample);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var frame = default(Frame);
                probe.Codec.Decode(given.Bytes, given.Origin, state, ref frame);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (allocated > MaxAllocated) throw probe.Fail(given, $"Decode allocates {allocated} bytes");
            }
        }
    }

    private static IEnumerable<Case> Huge(Sample sample)
    {
        var head = Math.Min(sample.Bytes.Length, HeadBytes);
        foreach (var width in (int[])[2, 4, 8])
        {
            for (var at = 0; at + width <= head; at++)
            {
                foreach (var (first, others, last) in HugeNumbers)
                {
                    var bytes = sample.Bytes.ToArray();
                    var window = bytes.AsSpan(at, width);
                    window.Fill(others);
                    window[0] = first;
                    window[^1] = last;
                    yield return Case.Of(sample) with { Bytes = bytes, How = $"with {Convert.ToHexString(window)} in it", At = at };
                }
            }
        }

        for (var at = 0; at < head; at++)
        {
            if (!char.IsAsciiDigit((char)sample.Bytes[at])) continue;
            var end = at;
            while (end < sample.Bytes.Length && char.IsAsciiDigit((char)sample.Bytes[end])) end++;
            foreach (var number in HugeDigits)
            {
                byte[] bytes = [.. sample.Bytes.AsSpan(0, at), .. Encoding.ASCII.GetBytes(number), .. sample.Bytes.AsSpan(end)];
                yield return Case.Of(sample) with { Bytes = bytes, How = $"with the digits '{number}' in it", At = at };
            }

            at = end;
        }
    }
}
