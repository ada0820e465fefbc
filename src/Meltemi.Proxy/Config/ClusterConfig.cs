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
}

/// <summary>An endpoint as configured.</summary>
public sealed record EndpointConfig
{
    /// <summary>IP, Unix domain socket, or <see cref="DnsEndPoint"/> for the DNS types.</summary>
    public required EndPoint Address { get; init; }

    /// <summary>Relative share, at least 1. Default 1.</summary>
    public uint Weight { get; init; } = 1;

    /// <summary>Key of consistent hashing (<c>metadata envoy.lb hash_key</c>); null: the address.</summary>
    public string? HashKey { get; init; }

    /// <summary>Not to be used (<c>health_status</c> UNHEALTHY, DRAINING or TIMEOUT).</summary>
    public bool Unhealthy { get; init; }
}

/// <summary>How an endpoint is chosen.</summary>
public sealed record BalancerConfig
{
    /// <summary>The algorithm. Default weighted round robin.</summary>
    public BalancerKind Kind { get; init; }

    /// <summary>Least request: how many endpoints are compared. Default 2.</summary>
    public int ChoiceCount { get; init; } = 2;

    /// <summary>Ring hash: least number of points on the ring. Default 1024.</summary>
    public int MinRingSize { get; init; } = 1024;

    /// <summary>Ring hash: most points. Default 8 Mi.</summary>
    public int MaxRingSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>Ring hash: false: xxHash64 (Envoy's default), true: ketama's MD5 points.</summary>
    public bool Ketama { get; init; }

    /// <summary>Maglev: table size, a prime. Default 65537.</summary>
    public int MaglevTableSize { get; init; } = 65537;
}

/// <summary>The balancing algorithms.</summary>
public enum BalancerKind
{
    /// <summary>Weighted round robin.</summary>
    RoundRobin,

    /// <summary>Weighted random.</summary>
    Random,

    /// <summary>Power of N choices on active requests, weighted.</summary>
    LeastRequest,

    /// <summary>Ring hash.</summary>
    RingHash,

    /// <summary>Maglev.</summary>
    Maglev,
}

/// <summary>Bounds of a cluster, each over all loops of the process; what exceeds one is answered with Overflow.</summary>
public sealed record LimitsConfig
{
    /// <summary>Upstream connections. Default 1024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Requests that wait for a connection. Default 1024.</summary>
    public int MaxPendingRequests { get; init; } = 1024;

    /// <summary>Requests in flight. Default 1024 as in Envoy.</summary>
    public int MaxRequests { get; init; } = 1024;
}
