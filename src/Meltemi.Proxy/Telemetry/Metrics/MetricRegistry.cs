namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// All figures of a process. A series is a number: the index of its slot in every loop's slice (<see cref="LoopMetrics"/>), so that
/// counting is an addition to the loop's own memory. A scrape sums the slices.
/// <para>Registration is for any thread, takes a lock, and gives the same number for the same name and labels. Each registration wants its
/// own <see cref="Remove(int)"/>; the series goes with the last one.</para>
/// <para>The number of slots is bounded. Past the bound registration gives <see cref="OverflowSeries"/>: counting goes on,
/// the figures meet in one series, and <c>meltemi_metrics_refused_total</c> says how many were refused.</para>
/// </summary>
public sealed class MetricRegistry
{
    /// <summary>Bound on slots unless the constructor says otherwise. A histogram takes as many as it prints lines, less one.</summary>
    public const int DefaultMaxSeries = 100_000;

    /// <summary>Where increments of refused series go.</summary>
    public const int OverflowSeries = 0;

    // Freed slots wait in line behind so many others before they are used again: a straggler's late increment lands in nobody's figure.
    private const int ReuseBehind = 256;

    private readonly Lock _lock = new();
    private readonly Lock _collectLock = new();
    private readonly int _maxSeries;
    private readonly LoopMetrics[] _loops;
    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Queue<int>> _freeBySize = [];
    private readonly List<MetricSeries?> _bySlot = [];
    private readonly List<Action> _collectors = [];
    private readonly int _refused;
    private int _live;

    /// <summary>A registry for so many loops.</summary>
    /// <param name="loops">Number of event loops.</param>
    /// <param name="maxSeries">Bound on slots.</param>
    public MetricRegistry(int loops, int maxSeries = DefaultMaxSeries)
    {
        _maxSeries = Math.Max(maxSeries, 2);
        _loops = new LoopMetrics[loops];
        for (var i = 0; i < loops; i++) _loops[i] = new LoopMetrics();
        Counter("meltemi_metrics_overflow_total", "Increments of series that were refused.");
        _refused = Counter("meltemi_metrics_refused_total", "Series that were refused because there are too many.");
    }

    /// <summary>The slice for threads that are no event loop.</summary>
    public SharedMetrics Shared { get; } = new();

    /// <summary>Slots in use.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _live;
        }
    }

    /// <summary>The slice of a loop, for that loop alone.</summary>
    public LoopMetrics ForLoop(int loop) => _loops[loop];

    /// <summary>A figure that only grows.</summary>
    /// <param name="name">Prometheus name.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labels">Null: none.</param>
    /// <param name="dottedName">Envoy's name for <c>/stats</c>; null: the Prometheus form is shown.</param>
    /// <param name="divisor">What the value is divided by when printed, for figures kept in a smaller unit.</param>
    /// <exception cref="ArgumentException">Not a metric name, or the name is registered as something else.</exception>
    public int Counter(string name, string help, Labels? labels = null, string? dottedName = null, long divisor = 1) =>
        Register(name, help, MetricKind.Counter, null, divisor, labels, dottedName)?.First ?? OverflowSeries;

    /// <summary>A figure that goes up and down; the sum of the loops' parts. Parameters as of <see cref="Counter"/>.</summary>
    /// <exception cref="ArgumentException">Not a metric name, or the name is registered as something else.</exception>
    public int Gauge(string name, string help, Labels? labels = null, string? dottedName = null, long divisor = 1) =>
        Register(name, help, MetricKind.Gauge, null, divisor, labels, dottedName)?.First ?? OverflowSeries;

    /// <summary>A distribution. Parameters as of <see cref="Counter"/>.</summary>
    /// <exception cref="ArgumentException">Not a metric name, or the name is registered as something else.</exception>
    public HistogramId Histogram(string name, string help, HistogramLayout layout, Labels? labels = null, string? dottedName = null)
    {
        var series = Register(name, help, MetricKind.Histogram, layout, layout.Divisor, labels, dottedName);
        return series is null ? default : new HistogramId(series.First, layout);
    }

    /// <summary>The number of a series that is registered; null: it is not. Counts as no registration.</summary>
    public int? Find(string name, Labels labels)
    {
        lock (_lock) return _families.TryGetValue(name, out var family) && family.ByLabels.TryGetValue(labels, out var series) ? series.First : null;
    }

    /// <summary>Takes back one registration. Call it when no loop will count there any more; a refused series is ignored.</summary>
    public void Remove(int series)
    {
        lock (_lock)
        {
            if (series <= _refused || series >= _bySlot.Count || _bySlot[series] is not { } found || --found.References > 0) return;
            found.Family.ByLabels.Remove(found.Labels);
            found.Family.Version++;
            if (found.Family.ByLabels.Count == 0) _families.Remove(found.Family.Name);
            _bySlot[series] = null;
            _live -= found.SlotCount;
            if (!_freeBySize.TryGetValue(found.SlotCount, out var free)) _freeBySize[found.SlotCount] = free = new();
            free.Enqueue(series);
        }
    }

    /// <summary>Takes back one registration of a histogram.</summary>
    public void Remove(in HistogramId histogram)
    {
        if (histogram.Layout is not null) Remove(histogram.First);
    }

    /// <summary>Something to run before each scrape, on the scraping thread, such as setting gauges of <see cref="Shared"/>.</summary>
    public void OnCollect(Action collect)
    {
        lock (_lock) _collectors.Add(collect);
    }

    /// <summary>Present value of a counter or gauge, over all loops. From any thread; not for the request path.</summary>
    public long Value(int series)
    {
        lock (_lock) return Sum(series);
    }

    /// <summary>All figures at this moment. From any thread; loops are not stopped.</summary>
    public MetricSnapshot Collect()
    {
        lock (_collectLock)
        {
            Action[] collectors;
            lock (_lock) collectors = [.. _collectors];
            foreach (var collect in collectors) collect();

            MetricFamily[] families;
            long[] totals;
            lock (_lock)
            {
                families = [.. _families.Values];
                totals = new long[_bySlot.Count];
                Shared.AddTo(totals);
                foreach (var loop in _loops) loop.AddTo(totals);
            }

            Array.Sort(families, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return new MetricSnapshot(families, Array.ConvertAll(families, family => family.Sorted(_lock)), totals);
        }
    }

    private MetricSeries? Register(
        string name, string help, MetricKind kind, HistogramLayout? layout, long divisor, Labels? labels, string? dottedName)
    {
        if (!MetricName.IsMetric(name)) throw new ArgumentException($"'{name}' is not a metric name", nameof(name));
        labels ??= Labels.None;
        lock (_lock)
        {
            if (_families.TryGetValue(name, out var family))
            {
                if (family.Kind != kind || family.Layout != layout)
                {
                    throw new ArgumentException($"'{name}' is a {family.Kind}", nameof(name));
                }

                if (family.ByLabels.TryGetValue(labels, out var known))
                {
                    known.References++;
                    return known;
                }
            }

            var size = layout?.SlotCount ?? 1;
            if (_live + size > _maxSeries)
            {
                Shared.Add(_refused);
                return null;
            }

            if (family is null) _families[name] = family = new MetricFamily(name, help, kind, layout, divisor);
            var series = new MetricSeries(family, labels, TakeSlots(size), dottedName);
            family.ByLabels[labels] = series;
            family.Version++;
            _bySlot[series.First] = series;
            _live += size;
            return series;
        }
    }

    private int TakeSlots(int size)
    {
        if (_freeBySize.TryGetValue(size, out var free) && free.Count > ReuseBehind)
        {
            var reused = free.Dequeue();
            Shared.Clear(reused, size);
            foreach (var loop in _loops) loop.Clear(reused, size);
            return reused;
        }

        var first = _bySlot.Count;
        for (var i = 0; i < size; i++) _bySlot.Add(null);
        return first;
    }

    private long Sum(int slot)
    {
        var sum = Shared.Read(slot);
        foreach (var loop in _loops) sum += loop.Read(slot);
        return sum;
    }
}
