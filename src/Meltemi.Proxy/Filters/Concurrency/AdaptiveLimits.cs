using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>
/// The adaptive bounds of the process: one for each listener, shared by its loops, and kept by a new configuration that says the same of it. Figures
/// are Envoy's, under <c>listener.NAME.adaptive_concurrency.gradient_controller</c>.
/// </summary>
internal sealed class AdaptiveLimits(MetricRegistry metrics, ulong seed)
{
    private readonly WeakTable<string, AdaptiveStats> _byListener = new();

    /// <summary>The bound of a listener, and its figures.</summary>
    public (GradientController Controller, AdaptiveStats Stats) Find(string listener, AdaptiveConcurrencyConfig config, EventLoop loop)
    {
        var stats = _byListener.Get(listener, name => new AdaptiveStats(metrics, name));
        return (stats.ControllerFor(config, loop.Kernel.Nanoseconds, seed), stats);
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    public void Collect()
    {
        foreach (var stats in _byListener.All()) stats.Collect(metrics.Shared);
    }
}

/// <summary>Figures of an adaptive bound, and the controller that is in force.</summary>
internal sealed class AdaptiveStats : SharedFigures
{
    private const string Prefix = "adaptive_concurrency.gradient_controller.";

    private readonly Lock _change = new();
    private readonly int _limit;
    private readonly int _gradient;
    private readonly int _probing;
    private readonly int _shortest;
    private readonly int _sampled;
    private AdaptiveConcurrencyConfig? _config;
    private volatile GradientController? _controller;

    public AdaptiveStats(MetricRegistry metrics, string listener)
        : base(new(
            metrics, $"listener.{listener}.{Prefix}", "envoy_listener_adaptive_concurrency_gradient_controller_", Labels.Of(("envoy_listener_address", listener))))
    {
        Blocked = Scope.Counter("rq_blocked", "Requests that were refused.");
        _limit = Scope.Gauge("concurrency_limit", "Requests that may be in flight.");
        _gradient = Scope.Gauge("gradient", "How the bound changed last, in thousandths.");
        _probing = Scope.Gauge("min_rtt_calculation_active", "Whether the shortest duration is being measured.");
        _shortest = Scope.Gauge("min_rtt_msecs", "Shortest duration, in milliseconds.");
        _sampled = Scope.Gauge("sample_rtt_msecs", "Duration of the last samples, in milliseconds.");
    }

    /// <summary>Requests that were refused.</summary>
    public int Blocked { get; }

    /// <summary>The controller of a configuration: the one in force if it says the same.</summary>
    public GradientController ControllerFor(AdaptiveConcurrencyConfig config, long now, ulong seed)
    {
        lock (_change)
        {
            if (_controller is null || _config != config) _controller = new GradientController(config, now, seed);
            _config = config;
            return _controller;
        }
    }

    /// <summary>Sets the figures that are looked up.</summary>
    public void Collect(SharedMetrics shared)
    {
        if (_controller is not { } controller) return;
        shared.Set(_limit, controller.Limit);
        shared.Set(_gradient, (long)(controller.Gradient * 1000));
        shared.Set(_probing, controller.IsProbing ? 1 : 0);
        shared.Set(_shortest, controller.Shortest / 1_000_000);
        shared.Set(_sampled, controller.Sampled / 1_000_000);
    }
}
