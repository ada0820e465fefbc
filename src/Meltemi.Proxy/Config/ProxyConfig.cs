using System.Collections.Immutable;
using System.Net;

namespace Meltemi.Proxy.Config;

/// <summary>
/// Everything that a proxy runs by, validated: what a bootstrap file or a control plane's resources were turned into. Records,
/// compared by value where "did it change?" matters; immutable.
/// </summary>
public sealed record ProxyConfig
{
    /// <summary>Who this proxy is.</summary>
    public NodeConfig Node { get; init; } = new();

    /// <summary>Address of the admin interface; null: none.</summary>
    public EndPoint? Admin { get; init; }

    /// <summary>Who gives what is not in here; null: nobody.</summary>
    public DynamicConfig? Dynamic { get; init; }

    /// <summary>Listeners; names are unique.</summary>
    public ImmutableArray<ListenerConfig> Listeners { get; init; } = [];

    /// <summary>Clusters; names are unique.</summary>
    public ImmutableArray<ClusterConfig> Clusters { get; init; } = [];
}

/// <summary>Identity of a proxy (<c>envoy.config.core.v3.Node</c>).</summary>
public sealed record NodeConfig
{
    /// <summary>Unique name of this proxy.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the group of like proxies: <c>source_workload</c> and the like in metrics fall back to it.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Labels for metrics, such as Istio's <c>WORKLOAD_NAME</c> and <c>NAMESPACE</c>; values as text.</summary>
    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Where it stands.</summary>
    public LocalityConfig Locality { get; init; } = LocalityConfig.None;

    /// <summary>
    /// The cluster whose endpoints this proxy and its like stand beside, for zone aware routing (<c>cluster_manager.local_cluster_name</c>). Default: the one
    /// that Meltemi's control plane sends where it matters; others have none of this name.
    /// </summary>
    public string LocalCluster { get; init; } = PeersCluster;

    /// <summary>Default of <see cref="LocalCluster"/>.</summary>
    public const string PeersCluster = "meltemi.peers";
}
