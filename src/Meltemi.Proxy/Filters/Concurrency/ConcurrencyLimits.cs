using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>The gates of the process: one for each listener, shared by its loops, and kept by a new configuration that says the same of it.</summary>
internal sealed class ConcurrencyLimits(MetricRegistry metrics)
{
    private readonly WeakTable<string, ConcurrencyStats> _byListener = new();

    public (ConcurrencyGate Gate, ConcurrencyStats Stats) Find(string listener, ConcurrencyLimitConfig config)
    {
        var stats = _byListener.Get(listener, name => new ConcurrencyStats(metrics, name));
        return (stats.GateFor(config), stats);
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    public void Collect()
    {
        foreach (var stats in _byListener.All()) stats.Collect(metrics.Shared);
    }
}

/// <summary>Figures of a concurrency limit, <c>listener.NAME.concurrency_limit</c>: ids to count with; and the gate that is in force.</summary>
internal sealed class ConcurrencyStats : SharedFigures
{
    private readonly Lock _change = new();
    private ConcurrencyLimitConfig? _config;
    private volatile ConcurrencyGate? _gate;

    public ConcurrencyStats(MetricRegistry registry, string listener)
        : base(new(registry, $"listener.{listener}.concurrency_limit.", "envoy_listener_concurrency_limit_", Labels.Of(("envoy_listener_address", listener))))
    {
        Blocked = Scope.Counter("rq_blocked", "Requests that were refused because the line was full.");
        Queued = Scope.Counter("rq_queued", "Requests that had to wait.");
        Shed = Scope.Counter("rq_shed", "Requests that gave way to more important ones while they waited.");
        TimedOut = Scope.Counter("rq_queue_timeout", "Requests that waited too long.");
        Active = Scope.Gauge("rq_active", "Requests in flight.");
        Waiting = Scope.Gauge("rq_waiting", "Requests that wait.");
    }

    public int Blocked { get; }

    public int Queued { get; }

    public int Shed { get; }

    public int TimedOut { get; }

    public int Active { get; }

    public int Waiting { get; }

    /// <summary>The gate of a configuration: the one in force if it says the same.</summary>
    public ConcurrencyGate GateFor(ConcurrencyLimitConfig config)
    {
        lock (_change)
        {
            if (_gate is null || _config?.IsLike(config) != true) _gate = new ConcurrencyGate(config.MaxConcurrency, config.MaxQueue);
            _config = config;
            return _gate;
        }
    }

    /// <summary>Sets the figures that are looked up.</summary>
    public void Collect(SharedMetrics shared)
    {
        if (_gate is not { } gate) return;
        shared.Set(Active, gate.Inside);
        shared.Set(Waiting, gate.Waiting);
    }
}
