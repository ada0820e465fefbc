using System.Collections.Immutable;
using System.Net;

namespace Meltemi.Proxy.Config;

/// <summary>A group of endpoints that serve the same (<c>envoy.config.cluster.v3.Cluster</c>).</summary>
public sealed record ClusterConfig
{
    /// <summary>Unique name.</summary>
    public required string Name { get; init; }

    /// <summary>Given by a control plane, not by the file.</summary>
    public bool AddedViaApi { get; init; }

    /// <summary>How the endpoints are found. Default static.</summary>
    public DiscoveryType Discovery { get; init; }

    /// <summary>Of <see cref="DiscoveryType.Eds"/>: who gives the endpoints, and by which name.</summary>
    public NamedSource? EndpointSource { get; init; }

    /// <summary>The endpoints, or, for DNS, the names to resolve.</summary>
    public ImmutableArray<EndpointConfig> Endpoints { get; init; } = [];

    /// <summary>Of <see cref="DiscoveryType.OriginalDestination"/>: how; null for other types.</summary>
    public OriginalDestinationConfig? OriginalDestination { get; init; }

    /// <summary>In percent: see <see cref="AssignmentConfig.Overprovisioning"/>; of endpoints that a control plane gives, it gives this too.</summary>
    public int Overprovisioning { get; init; } = AssignmentConfig.DefaultOverprovisioning;

    /// <summary>How an endpoint is chosen.</summary>
    public BalancerConfig Balancer { get; init; } = new();

    /// <summary>Time to establish a connection. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Upstream connections with nothing in flight are closed after it; zero: never. Default 1 h.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// An upstream connection that was silent so long gets a protocol heartbeat, and is closed if as much again passes without a
    /// byte. Zero: none. Default 15 s. Only for protocols with heartbeats.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Cadence of DNS resolution. Default 5 s.</summary>
    public TimeSpan DnsRefresh { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Limits (<c>circuit_breakers</c>, default priority).</summary>
    public LimitsConfig Limits { get; init; } = new();

    /// <summary>Limits of requests whose route has high priority; they count apart from the others.</summary>
    public LimitsConfig HighLimits { get; init; } = new();

    /// <summary>
    /// Upstream connections to one endpoint, over all loops (<c>per_host_thresholds</c>), of which each may always have one; 0: no bound of its own. Default 0.
    /// </summary>
    public int MaxConnectionsPerEndpoint { get; init; }

    /// <summary>When an endpoint that fails is left out for a while; null: never.</summary>
    public OutlierConfig? Outliers { get; init; }

    /// <summary>When upstream connections are replaced; null: never.</summary>
    public ConnectionLifeConfig? ConnectionLife { get; init; }

    /// <summary>How endpoints are asked whether they are well; null: they are not asked.</summary>
    public HealthCheckConfig? HealthCheck { get; init; }

    /// <summary>Address that upstream connections leave from; null: the kernel's choice.</summary>
    public IPEndPoint? LocalAddress { get; init; }

    /// <summary>How upstream connections are shared; null: as the listener or the protocol says.</summary>
    public Meltemi.Codec.PoolMode? PoolMode { get; init; }

    /// <summary>Multiplexed and pipelined: connections per endpoint and loop. Default 1.</summary>
    public int ConnectionsPerEndpoint { get; init; } = 1;

    /// <summary>High watermark of a connection's send buffer in bytes. Default 1 MiB.</summary>
    public int BufferLimitBytes { get; init; } = 1024 * 1024;
}

/// <summary>How a cluster's endpoints are found.</summary>
public enum DiscoveryType
{
    /// <summary>As listed.</summary>
    Static,

    /// <summary>Every address of every name is an endpoint.</summary>
    StrictDns,

    /// <summary>The first address of the name is the endpoint of new connections; old connections stay.</summary>
    LogicalDns,

    /// <summary>Given by a control plane; none until it has.</summary>
    Eds,

    /// <summary>Where the client wanted to go before a firewall redirected it.</summary>
    OriginalDestination,
}
