namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>All figures at one moment, in a fixed order: families by name, series by their labels.</summary>
public sealed class MetricSnapshot
{
    private readonly MetricSeries[][] _series;
    private readonly long[] _totals;

    internal MetricSnapshot(MetricFamily[] families, MetricSeries[][] series, long[] totals)
    {
        Families = families;
        _series = series;
        _totals = totals;
    }

    /// <summary>Names, sorted.</summary>
    public IReadOnlyList<MetricFamily> Families { get; }

    /// <summary>Series of the family at that index of <see cref="Families"/>.</summary>
    public IReadOnlyList<MetricSeries> SeriesOf(int family) => _series[family];

    /// <summary>Value of a counter or gauge as it is kept, not yet divided by <see cref="MetricFamily.Divisor"/>.</summary>
    public long Value(MetricSeries series) => Slots(series)[0];

    /// <summary>A series' slots: one, or a histogram's buckets, the one above them, and the sum.</summary>
    public ReadOnlySpan<long> Slots(MetricSeries series) =>
        series.First + series.SlotCount <= _totals.Length
            ? _totals.AsSpan(series.First, series.SlotCount)
            : new long[series.SlotCount]; // registered after the sums were taken

    /// <summary>Whether anything was ever counted there.</summary>
    public bool IsUsed(MetricSeries series) => Slots(series).ContainsAnyExcept(0L);
}
