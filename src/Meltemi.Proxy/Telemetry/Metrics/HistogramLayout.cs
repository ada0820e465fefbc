using System.Numerics;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Bucket bounds of a histogram and how they lie in a slice: one slot per bucket (not cumulative), one for what is above the last bound,
/// one for the sum. The count is the buckets' total, so the three never disagree.
/// </summary>
public sealed class HistogramLayout
{
    private readonly long[] _bounds;

    // By a value's bit length: the first bucket that such a value can fall into. Bounds lie a factor 2 or more apart, so at most a step
    // or two are left.
    private readonly byte[] _firstByBits = new byte[65];

    /// <summary>Ascending upper bounds, inclusive, in the unit that is observed; printed divided by <paramref name="divisor"/>.</summary>
    public HistogramLayout(long divisor, params ReadOnlySpan<long> bounds)
    {
        if (bounds.Length is 0 or > 250) throw new ArgumentException("a histogram has 1 to 250 bounds", nameof(bounds));
        for (var i = 1; i < bounds.Length; i++)
        {
            if (bounds[i] <= bounds[i - 1]) throw new ArgumentException("bounds must ascend", nameof(bounds));
        }

        Divisor = divisor;
        _bounds = bounds.ToArray();
        for (var bits = 1; bits <= 63; bits++) _firstByBits[bits] = (byte)Scan(0, 1L << (bits - 1));
    }

    /// <summary>Observed in nanoseconds, printed in milliseconds, with the bounds of Envoy and Istio: 0.5 ms to 1 h.</summary>
    public static HistogramLayout Duration { get; } = new(
        1_000_000,
        500_000, 1_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000,
        1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000, 60_000_000_000,
        300_000_000_000, 600_000_000_000, 1_800_000_000_000, 3_600_000_000_000);

    /// <summary>Bytes, in powers of ten from 1 to 100 MB, as Istio's size histograms.</summary>
    public static HistogramLayout Size { get; } = new(1, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000);

    /// <summary>What an observed value is divided by when it is printed.</summary>
    public long Divisor { get; }

    /// <summary>Upper bounds in the observed unit.</summary>
    public ReadOnlySpan<long> Bounds => _bounds;

    /// <summary>Slots in a slice: the buckets, the one above, the sum.</summary>
    public int SlotCount => _bounds.Length + 2;

    /// <summary>Bucket of a value; <c>Bounds.Length</c> if above all. Negative values count as 0.</summary>
    public int IndexOf(long value)
    {
        if (value < 0) value = 0;
        return Scan(_firstByBits[64 - BitOperations.LeadingZeroCount((ulong)value)], value);
    }

    private int Scan(int i, long value)
    {
        var bounds = _bounds;
        while (i < bounds.Length && value > bounds[i]) i++;
        return i;
    }
}

/// <summary>
/// Where a histogram's slots lie. The default value is a histogram that was refused: observations are only counted as such.
/// </summary>
/// <param name="First">First slot.</param>
/// <param name="Layout">Bounds.</param>
public readonly record struct HistogramId(int First, HistogramLayout? Layout);
