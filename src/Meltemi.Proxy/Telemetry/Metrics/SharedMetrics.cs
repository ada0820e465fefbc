namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>The slice of everybody who is not an event loop: locked, for what is counted rarely.</summary>
public sealed class SharedMetrics
{
    private readonly Lock _lock = new();
    private readonly LoopMetrics _slice = new();

    internal SharedMetrics()
    {
    }

    /// <summary>Adds to a counter or gauge.</summary>
    public void Add(int series, long n = 1)
    {
        lock (_lock) _slice.Add(series, n);
    }

    /// <summary>
    /// Sets this slice's part of a gauge, or of a counter whose figure is kept elsewhere (the kernel's, the collector's).
    /// </summary>
    public void Set(int series, long value)
    {
        lock (_lock) _slice.Set(series, value);
    }

    /// <summary>Adds a value to a histogram.</summary>
    public void Observe(in HistogramId histogram, long value)
    {
        lock (_lock) _slice.Observe(histogram, value);
    }

    internal long Read(int series) => _slice.Read(series);

    internal void Clear(int first, int count) => _slice.Clear(first, count);

    internal void AddTo(Span<long> totals) => _slice.AddTo(totals);
}
