using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Balancing.Subsets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Routing;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Outbound;

/// <summary>One loop's part of a cluster: its balancer and its connection pools.</summary>
internal sealed class ClusterWorker
{
    private EndpointPool[] _endpoints = [];
    private Balancer _balancer;
    private SubsetBalancer? _subsets;
    private HostSetBalancer? _zones;
    private Dictionary<string, EndpointPool>? _byName;
    private readonly OriginalDestinations? _destinations;
    private EndpointSet _set;
    private bool _isUsed;
    private bool _isDraining;
    private bool _isDone;
    private CircuitBreaker.Share? _mirrors;
    private CircuitBreaker.Share? _high;

    public ClusterWorker(Cluster cluster, Worker worker)
    {
        Cluster = cluster;
        Worker = worker;
        Default = new CircuitBreaker.Share(cluster.Default);
        PoolMode = cluster.Config.PoolMode;
        WantsHash = cluster.Config.Balancer.Kind is BalancerKind.RingHash or BalancerKind.Maglev;
        ConnectionOptions = new ConnectionOptions
        {
            ConnectTimeout = cluster.Config.ConnectTimeout,
            HighWatermark = cluster.Config.BufferLimitBytes,
            LocalAddress = cluster.Config.LocalAddress,
        };
        if (cluster.Config.OriginalDestination is { } original) _destinations = new(this, original);
        _set = EndpointSet.Empty;
        _balancer = BalancerFactory.Create(_set, [], seed: 0);
    }

    public Cluster Cluster { get; }

    public Worker Worker { get; }

    public ClusterStats Stats => Cluster.Stats;

    /// <summary>The loop's part of what requests of default priority may take.</summary>
    public CircuitBreaker.Share Default { get; }

    /// <summary>The same for high priority.</summary>
    public CircuitBreaker.Share High => _high ??= new CircuitBreaker.Share(Cluster.High);

    /// <summary>The limits of a route's priority.</summary>
    public CircuitBreaker.Share For(Route route) => route.HighPriority ? High : Default;

    /// <summary>Whether the loop has ever wanted to send something here; until then it keeps no pools and need not hear of endpoints.</summary>
    public bool IsUsed
    {
        get => Volatile.Read(ref _isUsed);
        private set => Volatile.Write(ref _isUsed, value);
    }

    /// <summary>How requests share connections; null: as the listener says.</summary>
    public PoolMode? PoolMode { get; }

    /// <summary>Whether the balancer looks at hashes, so that they need computing.</summary>
    public bool WantsHash { get; }

    public ConnectionOptions ConnectionOptions { get; }

    /// <summary>The loop's part of what copies of requests may take.</summary>
    public CircuitBreaker.Share Mirrors => _mirrors ??= new CircuitBreaker.Share(Cluster.Mirrors.Limits);

    /// <summary>
    /// Chooses among the newest endpoints. A new configuration may lead requests here in the same turn in which it takes effect, before what
    /// was posted about the endpoints has run; so this looks for itself.
    /// </summary>
    /// <returns>Null: none may be used.</returns>
    /// <param name="context">What the choice depends on.</param>
    /// <param name="client">The client's connection, for clusters whose clients say where they go.</param>
    public EndpointPool? Pick(in PickContext context, Connection client)
    {
        if (_destinations is not null) return _destinations.Find(client);
        if (!ReferenceEquals(_set, Cluster.Endpoints)) TakeOver();
        if (_set.IsPanicking) Worker.Add(Stats.LbHealthyPanic);
        var endpoint = (EndpointPool?)_balancer.PickUntried(context);
        if (_subsets is { } subsets) Worker.Add(subsets.FellBack ? Stats.LbSubsetsFallback : Stats.LbSubsetsSelected);
        if (_zones is { } zones) Count(zones.Zone);
        return endpoint;
    }

    private void Count(ZoneOutcome zone)
    {
        if (zone == ZoneOutcome.None) return;
        Worker.Add(zone switch
        {
            ZoneOutcome.All => Stats.LbZoneRoutingAllDirectly,
            ZoneOutcome.Own => Stats.LbZoneRoutingSampled,
            _ => Stats.LbZoneRoutingCrossZone,
        });
    }

    /// <summary>The endpoint of a name, such as <c>10.0.0.1:80</c>; null: there is none, or it may not be used now.</summary>
    public EndpointPool? Find(ReadOnlySpan<char> name)
    {
        if (!ReferenceEquals(_set, Cluster.Endpoints)) TakeOver();
        _byName ??= _endpoints.DistinctBy(pool => pool.Endpoint.Name).ToDictionary(pool => pool.Endpoint.Name, StringComparer.Ordinal);
        return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var found) && !found.Endpoint.Unavailable ? found : null;
    }

    /// <summary>Takes over the cluster's endpoints: pools of addresses that stay are kept, those of the others finish and close.</summary>
    public void TakeOver()
    {
        if (!IsUsed)
        {
            // Whoever changes the endpoints writes them and then reads this; so one of the two sees the other.
            IsUsed = true;
            Interlocked.MemoryBarrier();
        }

        var set = Cluster.Endpoints;
        if (ReferenceEquals(set, _set)) return;
        _set = set;
        var old = _endpoints.ToDictionary(pool => pool.Endpoint);
        _endpoints = new EndpointPool[set.Endpoints.Length];
        for (var i = 0; i < _endpoints.Length; i++)
        {
            _endpoints[i] = old.Remove(set.Endpoints[i], out var kept) ? kept : new EndpointPool(set.Endpoints[i], this);
        }

        _balancer = BalancerFactory.Create(set, _endpoints, Worker.NextRandom(), Cluster.Own);
        _subsets = _balancer as SubsetBalancer;
        _zones = set.Balancer.Localities is ZoneAware ? _balancer as HostSetBalancer : null;
        _byName = null;
        foreach (var gone in old.Values) gone.Drain();
    }

    /// <summary>The cluster is gone from the configuration: idle connections close, busy ones when they are done.</summary>
    public void Drain()
    {
        _isDraining = true;
        foreach (var endpoint in _endpoints) endpoint.Drain();
        _destinations?.Drain();
        CheckDone();
    }

    /// <summary>A connection is gone, and everything counted that there was to count.</summary>
    public void CheckDone()
    {
        if (!_isDraining || _isDone || Default.Connections.InUse > 0 || _high?.Connections.InUse > 0 || _mirrors?.Connections.InUse > 0) return;
        _isDone = true;
        Cluster.LoopIsDone();
    }
}
