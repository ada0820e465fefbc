namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Figures of an endpoint: ids to count with, under Envoy's names.</summary>
public sealed class EndpointStats
{
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
        new(new StatScope(
            registry,
            $"cluster.{cluster}.endpoint.{address}.",
            "envoy_cluster_endpoint_",
            Labels.Of(("envoy_cluster_name", cluster), ("envoy_endpoint_address", address))));

    /// <summary>Takes back this object's registrations; when no loop counts here any more, once.</summary>
    public void Remove() => _scope.Remove();
}
