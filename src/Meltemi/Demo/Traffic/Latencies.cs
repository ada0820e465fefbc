using System.Numerics;

namespace Meltemi.Program.Demo.Traffic;

/// <summary>Durations in buckets a sixteenth of an octave wide, from 1 us: quantiles are at most 6 % too high.</summary>
internal sealed class Latencies
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;
    private readonly int[] _buckets = new int[(63 - StepBits) * Steps];

    public int Count { get; private set; }

    public void Add(TimeSpan duration)
    {
        _buckets[Bucket(duration)]++;
        Count++;
    }

    public void Clear()
    {
        Array.Clear(_buckets);
        Count = 0;
    }

    /// <summary>The duration that this share of all does not exceed, in milliseconds; 0 if there are none.</summary>
    public double Quantile(double share)
    {
        if (Count == 0) return 0;
        var rest = (int)Math.Ceiling(share * Count);
        var bucket = 0;
        while ((rest -= _buckets[bucket]) > 0) bucket++;
        return Bound(bucket) / 1000.0;
    }

    /// <summary>By the highest bit and the four after it; below 16 us by the value itself.</summary>
    private static int Bucket(TimeSpan duration)
    {
        var value = (ulong)Math.Max(0, (long)duration.TotalMicroseconds);
        var shift = Math.Max(0, BitOperations.Log2(value | 1) - StepBits);
        return shift * Steps + (int)(value >> shift);
    }

    /// <summary>The lowest value of the next bucket.</summary>
    private static double Bound(int bucket)
    {
        var shift = Math.Max(0, bucket / Steps - 1);
        return (bucket - shift * Steps + 1) * Math.Pow(2, shift);
    }
}
