using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound.Health;

/// <summary>Figures of a cluster's outlier detection, under Envoy's names.</summary>
internal sealed class OutlierStats
{
    private readonly StatScope _scope;
    private readonly int[] _detected;
    private readonly int[] _enforced;

    public OutlierStats(MetricRegistry registry, string cluster)
    {
        _scope = new StatScope(
            registry, $"cluster.{cluster}.outlier_detection.", "envoy_cluster_outlier_detection_", Labels.Of(("envoy_cluster_name", cluster)));
        Active = _scope.Gauge("ejections_active", "Endpoints that are out of use.");
        EnforcedTotal = _scope.Counter("ejections_enforced_total", "Ejections.");
        Overflow = _scope.Counter("ejections_overflow", "Ejections left out because too many endpoints are out of use already.");
        _detected = Each("ejections_detected_", "Times that an endpoint was an outlier in this respect.");
        _enforced = Each("ejections_enforced_", "Ejections for this reason.");
    }

    /// <summary>Endpoints that are out of use. Gauge.</summary>
    public int Active { get; }

    /// <summary>Ejections.</summary>
    public int EnforcedTotal { get; }

    /// <summary>Ejections left out because too many endpoints are out of use already.</summary>
    public int Overflow { get; }

    /// <summary>Times that an endpoint was an outlier in this respect.</summary>
    public int Detected(EjectionReason reason) => _detected[(int)reason];

    /// <summary>Ejections for this reason.</summary>
    public int Enforced(EjectionReason reason) => _enforced[(int)reason];

    /// <summary>Takes back the registrations, once.</summary>
    public void Remove() => _scope.Remove();

    private int[] Each(string prefix, string help) =>
        [.. Enumerable.Range(0, EjectionReasons.Count).Select(i => _scope.Counter(prefix + ((EjectionReason)i).Name(), help))];
}
