using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// The clusters in force. One whose configuration stays the same stays the same object, with its connections; one that changes is prepared beside
/// the old one, which serves until the new one knows its endpoints; one that goes stays as long as a route in force names it.
/// </summary>
internal sealed class ClusterTable(Worker[] workers, MetricRegistry metrics, DataPlaneOptions options)
{
    // Read by scrapes while it changes.
    private readonly ConcurrentDictionary<string, ClusterRef> _byName = new(StringComparer.Ordinal);
    private OwnPlace _own = OwnPlace.Unknown;
    private ClusterRef? _peers;
    private int _count;

    /// <summary>Brings figures up to date that are looked up rather than counted. At each scrape.</summary>
    public void Collect()
    {
        foreach (var cluster in All) cluster.Collect();
    }

    public IReadOnlyCollection<Cluster> All => [.. _byName.Values.Select(found => found.Current).OfType<Cluster>()];

    public Cluster? Find(string name) => _byName.GetValueOrDefault(name)?.Current;

    /// <summary>Says where the proxy stands, for the clusters that are made from now on.</summary>
    public void StandAt(NodeConfig node)
    {
        var peers = Acquire(node.LocalCluster);
        if (_peers is not null) Release([_peers]);
        _peers = peers;
        _own = new(node.Locality, () => peers.Current?.Endpoints);
    }

    /// <summary>Makes a cluster without putting it in force. Completes when its endpoints were told or looked up, at once if they are known.</summary>
    public Task Prepare(ClusterConfig config)
    {
        var found = _byName.GetOrAdd(config.Name, static name => new ClusterRef(name));
        found.IsLeaving = false;
        if (found.Next is { } next)
        {
            if (Same(next.Config, config)) return next.Ready;
            next.Stop();
            found.Next = null;
        }

        if (found.Current is { } current && Same(current.Config, config)) return Task.CompletedTask;
        found.Next = new Cluster(config, found.Current?.Index ?? _count++, workers, metrics, _own);
        found.Next.Start(options, found.Current);
        return found.Next.Ready;
    }

    /// <summary>Puts in force what was prepared, if anything was.</summary>
    public void Activate(string name)
    {
        if (!_byName.TryGetValue(name, out var found) || found.Next is not { } next) return;
        var old = found.Current;
        found.Current = next;
        found.Next = null;
        old?.Stop();
    }

    /// <summary>The endpoints of a cluster whose endpoints are told (<see cref="DiscoveryType.Eds"/>), also of one that is being prepared.</summary>
    public void SetEndpoints(string name, AssignmentConfig assignment)
    {
        if (!_byName.TryGetValue(name, out var found)) return;
        (found.Current?.Source as EdsSource)?.Update(assignment);
        (found.Next?.Source as EdsSource)?.Update(assignment);
    }

    /// <summary>Takes a cluster out of the configuration.</summary>
    /// <param name="atOnce">Also if a route in force names it: its requests are answered with NC from then on.</param>
    public void Remove(string name, bool atOnce)
    {
        if (!_byName.TryGetValue(name, out var found)) return;
        found.Next?.Stop();
        found.Next = null;
        found.IsLeaving = true;
        if (found.Users > 0 && atOnce)
        {
            found.Current?.Stop();
            found.Current = null;
        }

        Tidy(found);
    }

    public void RemoveOthers(ImmutableArray<ClusterConfig> clusters)
    {
        var names = clusters.Select(cluster => cluster.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _byName.Keys.Where(name => !names.Contains(name)).ToArray()) Remove(name, atOnce: true);
    }

    /// <summary>For a route that comes into force: the cluster of a name, whether there is one or not.</summary>
    public ClusterRef Acquire(string name)
    {
        var found = _byName.GetOrAdd(name, static name => new ClusterRef(name));
        found.Users++;
        return found;
    }

    /// <summary>For a route that is no longer in force.</summary>
    public void Release(ReadOnlySpan<ClusterRef> clusters)
    {
        foreach (var cluster in clusters)
        {
            cluster.Users--;
            Tidy(cluster);
        }
    }

    // Requests that began with routes no longer in force may still come by: they find the cluster, drained as it is.
    private void Tidy(ClusterRef found)
    {
        if (found.Users > 0 || found.Next is not null || (found.Current is not null && !found.IsLeaving)) return;
        if (_byName.TryRemove(new(found.Name, found))) found.Current?.Stop();
    }

    // ImmutableArray compares by reference; everything else in the record compares by value.
    private static bool Same(ClusterConfig a, ClusterConfig b) =>
        a with { Endpoints = [] } == b with { Endpoints = [] } && a.Endpoints.SequenceEqual(b.Endpoints);
}
