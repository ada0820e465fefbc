using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.Faults;

/// <summary>Figures of the faults on a listener, named as those of Envoy's fault filter.</summary>
public sealed class FaultStats
{
    private readonly StatScope _scope;

    private FaultStats(StatScope scope)
    {
        _scope = scope;
        Delays = scope.Counter("delays_injected", "Requests that were made to wait.");
        Aborts = scope.Counter("aborts_injected", "Requests that were answered with an injected error.");
        ResponseRates = scope.Counter("response_rl_injected", "Requests whose answers were slowed down.");
        Overflow = scope.Counter("faults_overflow", "Requests that were spared because there were too many faults at a time.");
        Active = scope.Gauge("active_faults", "Requests in flight that have a fault.");
    }

    /// <summary>Requests that were made to wait.</summary>
    public int Delays { get; }

    /// <summary>Requests that were answered with an injected error.</summary>
    public int Aborts { get; }

    /// <summary>Requests whose answers were slowed down.</summary>
    public int ResponseRates { get; }

    /// <summary>Requests that were spared because there were too many faults at a time.</summary>
    public int Overflow { get; }

    /// <summary>Requests in flight that have a fault. Gauge.</summary>
    public int Active { get; }

    /// <summary>Registers the figures of a listener.</summary>
    public static FaultStats Create(MetricRegistry registry, string listener) =>
        new(new StatScope(registry, $"listener.{listener}.fault.", "envoy_listener_fault_", Labels.Of(("envoy_listener_address", listener))));

    /// <summary>Takes back this object's registrations; when no loop counts here any more, once.</summary>
    public void Remove() => _scope.Remove();
}
