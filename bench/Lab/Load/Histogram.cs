using System.Numerics;

namespace Meltemi.Bench.Lab.Load;

/// <summary>
/// Counts of durations in nanoseconds: exact below 2048, then 1024 buckets for each doubling, so that a bucket is never wider than a
/// thousandth of its values (three digits). The largest value is kept exactly.
/// </summary>
internal sealed class Histogram
{
    private const int BucketBits = 10;
    private const int LargestBits = 41; // about 36 minutes; longer counts as that

    private readonly long[] _counts = new long[(LargestBits - BucketBits + 1) << BucketBits];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Record(long nanoseconds)
    {
        var value = Math.Clamp(nanoseconds, 0, (1L << LargestBits) - 1);
        _counts[BucketOf(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    /// <summary>
    /// The least value that at least <paramref name="percent"/> of the recorded are not above, rounded up to its bucket's end; 0 if
    /// nothing was recorded.
    /// </summary>
    public long Percentile(double percent)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
                return Math.Min(LastOf(bucket), Max);
        }
        return Max;
    }

    // The value's top 11 bits select the bucket; the first bit of those counts into the number of doublings.
    private static int BucketOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value) - BucketBits);
        return (shift << BucketBits) + (int)(value >> shift);
    }

    private static long LastOf(int bucket)
    {
        var shift = Math.Max(0, (bucket >> BucketBits) - 1);
        var top = bucket - (shift << BucketBits);
        return ((top + 1L) << shift) - 1;
    }
}
