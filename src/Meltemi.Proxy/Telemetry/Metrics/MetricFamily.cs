namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>What a figure does over time.</summary>
public enum MetricKind : byte
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Distribution over fixed buckets.</summary>
    Histogram,
}

/// <summary>All series of one name.</summary>
public sealed class MetricFamily
{
    private MetricSeries[] _sorted = [];
    private int _sortedVersion;

    internal MetricFamily(string name, string help, MetricKind kind, HistogramLayout? layout, long divisor)
    {
        Name = name;
        Help = help;
        Kind = kind;
        Layout = layout;
        Divisor = divisor;
    }

    /// <summary>Name in Prometheus' format.</summary>
    public string Name { get; }

    /// <summary>One sentence.</summary>
    public string Help { get; }

    /// <summary>Counter, gauge or histogram.</summary>
    public MetricKind Kind { get; }

    /// <summary>Bounds, of a histogram.</summary>
    public HistogramLayout? Layout { get; }

    /// <summary>What kept values are divided by when they are printed.</summary>
    public long Divisor { get; }

    internal Dictionary<Labels, MetricSeries> ByLabels { get; } = [];

    /// <summary>Counts changes of <see cref="ByLabels"/>.</summary>
    internal int Version { get; set; }

    /// <summary>
    /// The series in the order of their labels' text. Under the registry's collection lock; sorting is outside of its main lock.
    /// </summary>
    internal MetricSeries[] Sorted(Lock registryLock)
    {
        MetricSeries[] series;
        lock (registryLock)
        {
            if (_sortedVersion == Version) return _sorted;
            _sortedVersion = Version;
            series = [.. ByLabels.Values];
        }

        Array.Sort(series, static (a, b) => a.Labels.Text.SequenceCompareTo(b.Labels.Text));
        return _sorted = series;
    }
}

/// <summary>One figure or histogram.</summary>
public sealed class MetricSeries
{
    internal MetricSeries(MetricFamily family, Labels labels, int first, string? dottedName)
    {
        Family = family;
        Labels = labels;
        First = first;
        DottedName = dottedName;
    }

    /// <summary>The name's family.</summary>
    public MetricFamily Family { get; }

    /// <summary>What tells it from the family's others.</summary>
    public Labels Labels { get; }

    /// <summary>First slot in the slices; the id of a counter or gauge.</summary>
    public int First { get; }

    /// <summary>Name in Envoy's dotted form (<c>cluster.a.upstream_cx_total</c>); null: it has none.</summary>
    public string? DottedName { get; }

    internal int References { get; set; } = 1;

    internal int SlotCount => Family.Layout?.SlotCount ?? 1;
}
