using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound;

/// <summary>The clusters in force. One whose configuration stays the same stays the same object, with its connections.</summary>
internal sealed class ClusterTable(Worker[] workers, MetricRegistry metrics, DataPlaneOptions options)
{
    // Read by scrapes while it changes.
    private readonly ConcurrentDictionary<string, Cluster> _byName = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Brings figures up to date that are looked up rather than counted. At each scrape.</summary>
    public void Collect()
    {
        foreach (var cluster in _byName.Values) cluster.Collect();
    }

    public IReadOnlyCollection<Cluster> All => (IReadOnlyCollection<Cluster>)_byName.Values;

    public Cluster? Find(string name) => _byName.GetValueOrDefault(name);

    public void Apply(ImmutableArray<ClusterConfig> clusters)
    {
        foreach (var config in clusters)
        {
            var old = Find(config.Name);
            if (old is not null && Same(old.Config, config)) continue;
            var cluster = new Cluster(config, old?.Index ?? _count++, workers, metrics);
            cluster.Start(options, old);
            _byName[config.Name] = cluster;
            old?.Stop();
        }
    }

    public void RemoveOthers(ImmutableArray<ClusterConfig> clusters)
    {
        var names = clusters.Select(cluster => cluster.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var cluster in _byName.Values.Where(cluster => !names.Contains(cluster.Name)).ToArray())
        {
            _byName.TryRemove(cluster.Name, out _);
            cluster.Stop();
        }
    }

    // ImmutableArray compares by reference; everything else in the record compares by value.
    private static bool Same(ClusterConfig a, ClusterConfig b) =>
        a with { Endpoints = [] } == b with { Endpoints = [] } && a.Endpoints.SequenceEqual(b.Endpoints);
}
