using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>Figures of a cluster's active health checks, under Envoy's names.</summary>
internal sealed class HealthCheckStats
{
    private readonly StatScope _scope;
    private readonly int[] _figures;

    public HealthCheckStats(MetricRegistry registry, string cluster)
    {
        _scope = new StatScope(registry, $"cluster.{cluster}.health_check.", "envoy_cluster_health_check_", Labels.Of(("envoy_cluster_name", cluster)));
        _figures =
        [
            _scope.Counter("attempt", "Health checks."),
            _scope.Counter("success", "Health checks that passed."),
            _scope.Counter("failure", "Health checks that failed."),
            _scope.Counter("network_failure", "Health checks that failed without an answer."),
        ];
        Healthy = _scope.Gauge("healthy", "Endpoints whose health checks pass.");
    }

    /// <summary>Endpoints whose health checks pass. Gauge.</summary>
    public int Healthy { get; }

    public int this[HealthCheckFigure figure] => _figures[(int)figure];

    /// <summary>Takes back the registrations, once.</summary>
    public void Remove() => _scope.Remove();
}

/// <summary>What is counted of health checks.</summary>
internal enum HealthCheckFigure : byte
{
    /// <summary>One begins.</summary>
    Attempt,

    /// <summary>It passed.</summary>
    Success,

    /// <summary>It failed.</summary>
    Failure,

    /// <summary>It failed without an answer.</summary>
    NetworkFailure,
}
