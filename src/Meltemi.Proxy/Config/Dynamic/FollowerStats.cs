using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>Figures of following a control plane, under Envoy's names.</summary>
internal sealed class FollowerStats
{
    private readonly SharedMetrics _shared;
    private readonly Dictionary<string, UpdateStats> _byType;
    private readonly int _connected;
    private readonly int _activeClusters;
    private readonly int _warmingClusters;
    private readonly int _activeListeners;
    private readonly int _warmingListeners;
    private readonly int _createFailures;
    private readonly (int Added, int Modified, int Removed) _clusters;
    private readonly (int Added, int Modified, int Removed) _listeners;

    public FollowerStats(MetricRegistry registry)
    {
        _shared = registry.Shared;
        _byType = new(StringComparer.Ordinal)
        {
            [XdsTypes.Cluster] = new(registry, "cluster_manager.cds."),
            [XdsTypes.Endpoints] = new(registry, "eds."),
            [XdsTypes.Listener] = new(registry, "listener_manager.lds."),
            [XdsTypes.Route] = new(registry, "rds."),
        };
        _connected = Scope(registry, "control_plane.").Gauge("connected_state", "Whether a control plane answers.");
        var clusters = Scope(registry, "cluster_manager.");
        _activeClusters = clusters.Gauge("active_clusters", "Clusters in force.");
        _warmingClusters = clusters.Gauge("warming_clusters", "Clusters that do not know their endpoints yet.");
        _clusters = Counts(clusters, "cluster");
        var listeners = Scope(registry, "listener_manager.");
        _activeListeners = listeners.Gauge("total_listeners_active", "Listeners in force.");
        _warmingListeners = listeners.Gauge("total_listeners_warming", "Listeners that wait for routes or clusters.");
        _createFailures = listeners.Counter("listener_create_failure", "Listeners whose addresses could not be listened on.");
        _listeners = Counts(listeners, "listener");
    }

    public void Connected(bool connected) => _shared.Set(_connected, connected ? 1 : 0);

    /// <summary>An update of a type came.</summary>
    public void Updated(XdsUpdate update, bool refused)
    {
        var stats = _byType[update.Type];
        _shared.Add(stats.Attempt);
        _shared.Add(refused ? stats.Rejected : stats.Success);
    }

    /// <summary>A stream ended or did not come about.</summary>
    public void Failed(string? type)
    {
        foreach (var (key, stats) in _byType)
        {
            if (type is null || type == key) _shared.Add(stats.Failure);
        }
    }

    /// <summary>Sets what is looked up.</summary>
    public void Show(ClusterResources clusters, ListenerResources listeners)
    {
        _shared.Set(_activeClusters, clusters.Active);
        _shared.Set(_warmingClusters, clusters.Warming);
        Show(_clusters, clusters.Counts);
        _shared.Set(_activeListeners, listeners.Active);
        _shared.Set(_warmingListeners, listeners.Warming);
        _shared.Set(_createFailures, listeners.CreateFailures);
        Show(_listeners, listeners.Counts);
    }

    private void Show((int Added, int Modified, int Removed) series, ResourceCounts counts)
    {
        _shared.Set(series.Added, counts.Added);
        _shared.Set(series.Modified, counts.Modified);
        _shared.Set(series.Removed, counts.Removed);
    }

    private static (int Added, int Modified, int Removed) Counts(StatScope scope, string thing) => (
        scope.Counter($"{thing}_added", $"Times that a {thing} was added."),
        scope.Counter($"{thing}_modified", $"Times that a {thing} was changed."),
        scope.Counter($"{thing}_removed", $"Times that a {thing} was removed."));

    private static StatScope Scope(MetricRegistry registry, string dotted) =>
        new(registry, dotted, $"envoy_{dotted.Replace('.', '_')}", Labels.None);

    private sealed class UpdateStats
    {
        public UpdateStats(MetricRegistry registry, string dotted)
        {
            var scope = Scope(registry, dotted);
            Attempt = scope.Counter("update_attempt", "Updates that came.");
            Success = scope.Counter("update_success", "Updates that are in force.");
            Rejected = scope.Counter("update_rejected", "Updates with something that could not be used.");
            Failure = scope.Counter("update_failure", "Streams that ended or did not come about.");
        }

        public int Attempt { get; }

        public int Success { get; }

        public int Rejected { get; }

        public int Failure { get; }
    }
}
