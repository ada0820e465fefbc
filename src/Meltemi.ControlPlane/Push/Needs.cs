using System.Collections.Immutable;
using Meltemi.ControlPlane.Translation;

namespace Meltemi.ControlPlane.Push;

/// <summary>The clusters that the listeners and routes of a scope name, counted, by host. Not safe for threads.</summary>
internal sealed class Needs
{
    private readonly Dictionary<string, Dictionary<ClusterRef, int>> _byHost = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IEnumerable<ClusterRef> All => _byHost.Values.SelectMany(clusters => clusters.Keys);

    /// <summary>Names of the clusters of a host that are needed.</summary>
    public HashSet<string> NamesOf(string host) =>
        _byHost.TryGetValue(host, out var clusters) ? clusters.Keys.Select(cluster => cluster.Name).ToHashSet(StringComparer.Ordinal) : [];

    /// <summary>Counts up or down; hosts for which something came or went are added to a set.</summary>
    public void Count(ImmutableArray<ClusterRef> clusters, int by, HashSet<string> touched)
    {
        foreach (var cluster in clusters)
        {
            if (!_byHost.TryGetValue(cluster.Host, out var counts)) _byHost[cluster.Host] = counts = [];
            var before = counts.GetValueOrDefault(cluster);
            var after = before + by;
            if (after > 0) counts[cluster] = after;
            else counts.Remove(cluster);
            if (counts.Count == 0) _byHost.Remove(cluster.Host);
            if (before == 0 || after == 0) touched.Add(cluster.Host);
        }
    }
}
