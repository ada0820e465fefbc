namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Figures of an endpoint: ids to count with, under Envoy's names.</summary>
public sealed class EndpointStats
{
    private const string Prefix = "envoy_cluster_endpoint_";

    private readonly StatScope _scope;

    private EndpointStats(StatScope scope)
    {
        _scope = scope;
        CxTotal = scope.Counter("cx_total", "Connections begun.");
        CxActive = scope.Gauge("cx_active", "Connections open or being opened.");
        CxConnectFail = scope.Counter("cx_connect_fail", "Connections that could not be established.");
        RqTotal = scope.Counter("rq_total", "Requests sent.");
        RqActive = scope.Gauge("rq_active", "Requests in flight.");
        RqSuccess = scope.Counter("rq_success", "Requests answered, whatever the application said.");
        RqError = scope.Counter("rq_error", "Requests answered with an error, or not at all.");
        RqTimeout = scope.Counter("rq_timeout", "Requests without an answer in time.");
    }

    /// <summary>Connections begun.</summary>
    public int CxTotal { get; }

    /// <summary>Connections open or being opened. Gauge.</summary>
    public int CxActive { get; }

    /// <summary>Connections that could not be established.</summary>
    public int CxConnectFail { get; }

    /// <summary>Requests sent.</summary>
    public int RqTotal { get; }

    /// <summary>Requests in flight. Gauge.</summary>
    public int RqActive { get; }

    /// <summary>Requests answered, whatever the application said.</summary>
    public int RqSuccess { get; }

    /// <summary>Requests answered with an error, or not at all.</summary>
    public int RqError { get; }

    /// <summary>Requests without an answer in time.</summary>
    public int RqTimeout { get; }

    /// <summary>Registers an endpoint's figures.</summary>
    /// <param name="registry">Where.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="address">The endpoint's address as text.</param>
    public static EndpointStats Create(MetricRegistry registry, string cluster, string address) =>
        new(Scope(registry, cluster, LabelsOf(cluster, address), address, known: false));

    /// <summary>The figures of an endpoint as they are registered; null: nothing was ever sent there.</summary>
    public static EndpointStats? Find(MetricRegistry registry, string cluster, string address)
    {
        var labels = LabelsOf(cluster, address);
        return registry.Find(Prefix + "cx_total", labels) is null ? null : new(Scope(registry, cluster, labels, address, known: true));
    }

    /// <summary>Takes back this object's registrations; when no loop counts here any more, once.</summary>
    public void Remove() => _scope.Remove();

    private static Labels LabelsOf(string cluster, string address) =>
        Labels.Of(("envoy_cluster_name", cluster), ("envoy_endpoint_address", address));

    private static StatScope Scope(MetricRegistry registry, string cluster, Labels labels, string address, bool known) =>
        new(registry, $"cluster.{cluster}.endpoint.{address}.", Prefix, labels, known);
}
