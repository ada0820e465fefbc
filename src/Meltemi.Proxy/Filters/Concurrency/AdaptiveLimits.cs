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
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byListener = new(StringComparer.Ordinal);

    /// <summary>The bound of a listener, and the figure of what it refuses.</summary>
    public (GradientController Controller, int Blocked) Find(string listener, AdaptiveConcurrencyConfig config, EventLoop loop)
    {
        lock (_gate)
        {
            if (!_byListener.TryGetValue(listener, out var entry)) _byListener[listener] = entry = new Entry(metrics, listener);
            if (entry.Controller is null || entry.Config != config)
            {
                entry.Config = config;
                entry.Controller = new GradientController(config, loop.Kernel.Nanoseconds, seed);
            }

            return (entry.Controller, entry.Blocked);
        }
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    public void Collect()
    {
        lock (_gate)
        {
            foreach (var entry in _byListener.Values) entry.Collect(metrics.Shared);
        }
    }

    private sealed class Entry
    {
        private readonly int _limit;
        private readonly int _gradient;
        private readonly int _probing;
        private readonly int _shortest;
        private readonly int _sampled;

        public Entry(MetricRegistry metrics, string listener)
        {
            const string Prefix = "adaptive_concurrency.gradient_controller.";
            var scope = new StatScope(
                metrics, $"listener.{listener}.{Prefix}", "envoy_listener_adaptive_concurrency_gradient_controller_",
                Labels.Of(("envoy_listener_address", listener)));
            Blocked = scope.Counter("rq_blocked", "Requests that were refused.");
            _limit = scope.Gauge("concurrency_limit", "Requests that may be in flight.");
            _gradient = scope.Gauge("gradient", "How the bound changed last, in thousandths.");
            _probing = scope.Gauge("min_rtt_calculation_active", "Whether the shortest duration is being measured.");
            _shortest = scope.Gauge("min_rtt_msecs", "Shortest duration, in milliseconds.");
            _sampled = scope.Gauge("sample_rtt_msecs", "Duration of the last samples, in milliseconds.");
        }

        public AdaptiveConcurrencyConfig? Config { get; set; }

        public GradientController? Controller { get; set; }

        public int Blocked { get; }

        public void Collect(SharedMetrics shared)
        {
            var controller = Controller!;
            shared.Set(_limit, controller.Limit);
            shared.Set(_gradient, (long)(controller.Gradient * 1000));
            shared.Set(_probing, controller.IsProbing ? 1 : 0);
            shared.Set(_shortest, controller.Shortest / 1_000_000);
            shared.Set(_sampled, controller.Sampled / 1_000_000);
        }
    }
}
