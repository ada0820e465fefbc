namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Figures of a cluster's set of endpoints: ids to set at each scrape, under Envoy's names.</summary>
public sealed class MembershipStats
{
    private readonly StatScope _scope;

    private MembershipStats(StatScope scope)
    {
        _scope = scope;
        Total = scope.Gauge("membership_total", "Endpoints.");
        Healthy = scope.Gauge("membership_healthy", "Endpoints that may be used.");
        Change = scope.Counter("membership_change", "Changes of the set of endpoints.");
        UpdateSuccess = scope.Counter("update_success", "Resolutions or updates that succeeded.");
        UpdateFailure = scope.Counter("update_failure", "Resolutions or updates that failed.");
    }

    /// <summary>Endpoints. Gauge.</summary>
    public int Total { get; }

    /// <summary>Endpoints that may be used. Gauge.</summary>
    public int Healthy { get; }

    /// <summary>Changes of the set of endpoints.</summary>
    public int Change { get; }

    /// <summary>Resolutions or updates that succeeded.</summary>
    public int UpdateSuccess { get; }

    /// <summary>Resolutions or updates that failed.</summary>
    public int UpdateFailure { get; }

    /// <summary>Registers a cluster's figures.</summary>
    /// <param name="registry">Where.</param>
    /// <param name="name">The cluster's name, label <c>envoy_cluster_name</c>.</param>
    public static MembershipStats Create(MetricRegistry registry, string name) => new(StatScope.OfCluster(registry, name));

    /// <summary>Takes back this object's registrations, once.</summary>
    public void Remove() => _scope.Remove();
}
