using System.Numerics;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>
/// Durations, counted by size from any thread: each power of two is cut in 16, so that what is read is at most 1/16 off. Counting is one atomic
/// addition.
/// </summary>
internal sealed class DurationSamples
{
    private const int CutBits = 4;
    private const int Cuts = 1 << CutBits;

    private readonly int[] _counts = new int[64 * Cuts];
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(long nanoseconds)
    {
        Interlocked.Increment(ref _counts[IndexOf(Math.Max(1, nanoseconds))]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The duration that so many percent do not exceed; 0 if there are none.</summary>
    public long Percentile(double percent)
    {
        var total = _counts.Sum();
        if (total == 0) return 0;
        var rank = Math.Max(1, (int)Math.Ceiling(total * percent / 100));
        var i = 0;
        for (var seen = 0; i < _counts.Length && (seen += _counts[i]) < rank;) i++;
        return Middle(Math.Min(i, _counts.Length - 1));
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Volatile.Write(ref _count, 0);
    }

    private static int IndexOf(long value)
    {
        var bits = 63 - BitOperations.LeadingZeroCount((ulong)value);
        return bits < CutBits ? (int)value : bits * Cuts + (int)(value >> (bits - CutBits) & (Cuts - 1));
    }

    private static long Middle(int index)
    {
        var (bits, cut) = (index / Cuts, index % Cuts);
        if (bits < CutBits) return index;
        var width = 1L << (bits - CutBits);
        return (1L << bits) + cut * width + width / 2;
    }
}
