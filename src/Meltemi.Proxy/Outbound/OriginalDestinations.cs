using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;
using Meltemi.Transport;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// One loop's endpoints of a cluster whose clients say themselves where they go: the address that a client connected to before the firewall redirected
/// it. An endpoint comes with its first request, and goes when it was not used for the cleanup interval.
/// </summary>
internal sealed class OriginalDestinations(ClusterWorker cluster, OriginalDestinationConfig config) : LoopTimer
{
    private readonly Dictionary<EndPoint, EndpointPool> _pools = [];
    private readonly HashSet<EndpointPool> _used = [];

    /// <summary>Number of endpoints.</summary>
    public int Count => _pools.Count;

    /// <summary>Where a client wanted to go; null: it was not redirected, so there is no telling, or there are too many.</summary>
    public EndpointPool? Find(Connection client)
    {
        // The kernel may answer with the listener's own address when nothing was redirected. Going there would go round in circles.
        if (client.OriginalDestination is not { } destination || destination.Equals(client.LocalEndPoint)) return null;
        if (config.Port is { } port && destination is IPEndPoint ip) destination = ip.Port == port ? ip : new IPEndPoint(ip.Address, port);
        if (!_pools.TryGetValue(destination, out var pool))
        {
            if (_pools.Count >= EndpointSource.MaxEndpoints) return null;
            _pools[destination] = pool = new EndpointPool(new Endpoint(destination), cluster);
            if (!IsScheduled) Schedule();
        }

        _used.Add(pool);
        return pool.Endpoint.Unavailable ? null : pool;
    }

    /// <summary>The cluster is gone from the configuration.</summary>
    public void Drain()
    {
        if (IsScheduled) Cancel();
        foreach (var pool in _pools.Values) pool.Drain();
        _pools.Clear();
    }

    protected override void OnExpired()
    {
        foreach (var (destination, pool) in _pools)
        {
            if (_used.Contains(pool) || pool.Active > 0) continue;
            _pools.Remove(destination);
            pool.Drain();
        }

        _used.Clear();
        if (_pools.Count > 0) Schedule();
    }

    private void Schedule() => cluster.Worker.Loop.Schedule(this, (int)Math.Ceiling(config.CleanupInterval.TotalMilliseconds));
}
