using System.Runtime.CompilerServices;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// One loop's slice of every figure. Only the owner writes, without locks or atomic operations; a scrape reads from its own thread and
/// may see a figure a moment late, never torn (64-bit words) and never going backwards.
/// </summary>
public sealed class LoopMetrics
{
    private readonly Lock _growth = new();
    private long[] _values = new long[1024];

    internal LoopMetrics()
    {
    }

    /// <summary>Adds to a counter or gauge; gauges may be given negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int series, long n = 1)
    {
        var values = _values;
        if ((uint)series >= (uint)values.Length) values = Grow(series);
        values[series] += n;
    }

    /// <summary>Sets this loop's part of a gauge; the gauge is the sum of all parts.</summary>
    public void Set(int series, long value)
    {
        var values = _values;
        if ((uint)series >= (uint)values.Length) values = Grow(series);
        values[series] = value;
    }

    /// <summary>Adds a value to a histogram, in the unit of its layout (<see cref="HistogramLayout.Duration"/>: nanoseconds).</summary>
    public void Observe(in HistogramId histogram, long value)
    {
        if (histogram.Layout is not { } layout)
        {
            Add(MetricRegistry.OverflowSeries);
            return;
        }

        var sum = histogram.First + layout.SlotCount - 1;
        var values = _values;
        if ((uint)sum >= (uint)values.Length) values = Grow(sum);
        values[histogram.First + layout.IndexOf(value)]++;
        values[sum] += value;
    }

    /// <summary>This loop's part of a figure. From any thread.</summary>
    public long Read(int series)
    {
        var values = Volatile.Read(ref _values);
        return (uint)series < (uint)values.Length ? values[series] : 0;
    }

    /// <summary>Adds this slice to totals. From any thread.</summary>
    internal void AddTo(Span<long> totals)
    {
        var values = Volatile.Read(ref _values);
        var count = Math.Min(totals.Length, values.Length);
        for (var i = 0; i < count; i++) totals[i] += values[i];
    }

    /// <summary>Forgets what slots held that nobody writes to at present. From any thread.</summary>
    internal void Clear(int first, int count)
    {
        lock (_growth)
        {
            if (first >= _values.Length) return;
            _values.AsSpan(first, Math.Min(count, _values.Length - first)).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long[] Grow(int series)
    {
        // The lock is against Clear: what it forgets must not come back with a copy that began before.
        lock (_growth)
        {
            var bigger = new long[Math.Max(_values.Length * 2, series + 1)];
            _values.CopyTo(bigger, 0);
            Volatile.Write(ref _values, bigger);
            return bigger;
        }
    }
}
