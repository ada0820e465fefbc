using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>The gates of the process: one for each listener, shared by its loops, and kept by a new configuration that says the same of it.</summary>
internal sealed class ConcurrencyLimits(MetricRegistry metrics)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ConcurrencyLimitConfig Config, ConcurrencyGate Gate, ConcurrencyStats Stats)> _byListener = new(StringComparer.Ordinal);

    public (ConcurrencyGate Gate, ConcurrencyStats Stats) Find(string listener, ConcurrencyLimitConfig config)
    {
        lock (_gate)
        {
            var known = _byListener.TryGetValue(listener, out var entry);
            if (known && entry.Config.IsLike(config)) return (entry.Gate, entry.Stats);
            var gate = new ConcurrencyGate(config.MaxConcurrency, config.MaxQueue);
            var stats = known ? entry.Stats : new ConcurrencyStats(metrics, listener);
            _byListener[listener] = (config, gate, stats);
            return (gate, stats);
        }
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    public void Collect()
    {
        lock (_gate)
        {
            foreach (var (_, gate, stats) in _byListener.Values)
            {
                metrics.Shared.Set(stats.Active, gate.Inside);
                metrics.Shared.Set(stats.Waiting, gate.Waiting);
            }
        }
    }
}

/// <summary>Figures of a concurrency limit, <c>listener.NAME.concurrency_limit</c>: ids to count with.</summary>
internal sealed class ConcurrencyStats
{
    public ConcurrencyStats(MetricRegistry registry, string listener)
    {
        var scope = new StatScope(
            registry, $"listener.{listener}.concurrency_limit.", "envoy_listener_concurrency_limit_", Labels.Of(("envoy_listener_address", listener)));
        Blocked = scope.Counter("rq_blocked", "Requests that were refused because the line was full.");
        Queued = scope.Counter("rq_queued", "Requests that had to wait.");
        Shed = scope.Counter("rq_shed", "Requests that gave way to more important ones while they waited.");
        TimedOut = scope.Counter("rq_queue_timeout", "Requests that waited too long.");
        Active = scope.Gauge("rq_active", "Requests in flight.");
        Waiting = scope.Gauge("rq_waiting", "Requests that wait.");
    }

    public int Blocked { get; }

    public int Queued { get; }

    public int Shed { get; }

    public int TimedOut { get; }

    public int Active { get; }

    public int Waiting { get; }
}
