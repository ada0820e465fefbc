using Meltemi.Xds.Client;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>
/// One state of a listener's configuration, on its way into force: it waits for its routes and for the clusters that they name, at most until its
/// deadline.
/// </summary>
internal sealed class ListenerVersion(ListenerConfig config, Source? origin, ReceivedResource? resource) : IWaiting
{
    public ListenerConfig Config => config;

    public string Name => config.Name;

    /// <summary>Who gave it; null: the file.</summary>
    public Source? Origin => origin;

    public ReceivedResource? Resource => resource;

    /// <summary>Where the routes of chains come from that do not stand in its own configuration.</summary>
    public Dictionary<string, RouteTableState> Routes { get; } = new(StringComparer.Ordinal);

    /// <summary>Keeps its addresses from others until it listens itself.</summary>
    public IDisposable? Reservation { get; set; }

    /// <summary>When it comes into force at the latest; null: as long as it takes.</summary>
    public DateTimeOffset? DeadlineAt { get; set; }

    public IDisposable? Deadline { get; set; }

    /// <summary>What to do when something came that it may have waited for.</summary>
    public Action OnRecheck { get; set; } = static () => { };

    /// <summary>The configuration with the routes as they are now.</summary>
    public ListenerConfig Complete => Routes.Count == 0 ? config : config.WithChains((name, chain) =>
        chain is ProtocolChainConfig protocol && Routes.GetValueOrDefault(name)?.Table is { } table ? protocol with { Routes = table } : chain);

    /// <summary>Whether something is missing that is worth waiting for.</summary>
    public bool IsWaiting(IClusterView clusters) => config.AllChains().Any(chain => Routes.TryGetValue(chain.Key, out var table)
        ? table.Table is null
        : ClustersOf(chain.Value).Any(cluster => clusters.IsAwaited(cluster, origin)));

    public void Recheck() => OnRecheck();

    /// <summary>Lets go of what it kept while it waited.</summary>
    public void StopWaiting()
    {
        Deadline?.Dispose();
        Reservation?.Dispose();
        (Deadline, Reservation) = (null, null);
    }

    public static IEnumerable<string> ClustersOf(RouteTableConfig routes) =>
        routes.Routes.SelectMany(route => route.Clusters).Where(cluster => cluster.Weight > 0).Select(cluster => cluster.Name).Distinct();

    private static IEnumerable<string> ClustersOf(ChainConfig chain) => chain switch
    {
        ProtocolChainConfig protocol => ClustersOf(protocol.Routes).Concat(protocol.FilterClusters),
        TcpChainConfig tcp => tcp.Clusters.Select(cluster => cluster.Name),
        _ => [],
    };
}
