using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>From what etcd says to the changes of the state. For one thread; the table may be read from any.</summary>
internal sealed class EtcdIntake(EtcdView view, EtcdRecords records, ResourceTable table, CreationClock created, SourceProblemBoard problems)
{
    /// <summary>Which cluster was listed last.</summary>
    public ulong Cluster { get; private set; }

    /// <summary>What has been taken in.</summary>
    public long Revision => table.Current.Revision;

    /// <summary>Takes in all that etcd has: as changes if it follows from what was known, else as a new beginning.</summary>
    public void Replace(List<KeyValue> pairs, long revision, ulong cluster)
    {
        HashSet<string> shared;
        lock (view.Gate)
        {
            var before = table.Current;
            shared = records.Replace(pairs, out var others);
            var resources = view.Replace(others);
            foreach (var resource in resources.Values) created.Saw(resource.Meta.CreationTimestamp);
            problems.Set(view.Problems, []);
            if (Cluster != cluster || Difference(before, resources, revision) is not { } changes)
                table.Load(new(revision, resources));
            else if (revision > before.Revision)
                table.Publish(revision, changes);
            Cluster = cluster;
        }

        records.Tell(shared);
    }

    /// <summary>Takes in what happened, as one batch.</summary>
    public void Apply(WatchEvent[] events)
    {
        var shared = new HashSet<string>(StringComparer.Ordinal);
        lock (view.Gate)
        {
            var now = new Dictionary<ResourceKey, Resource?>();
            var changes = ImmutableArray.CreateBuilder<StoreChange>(events.Length);
            foreach (var happened in events)
            {
                if (records.Apply(happened) is { } name)
                {
                    shared.Add(name);
                    continue;
                }

                if (view.Apply(happened) is not var (key, resource)) continue;
                var before = now.TryGetValue(key, out var earlier) ? earlier : table.Find(key);
                if (before?.Meta.ResourceVersion == resource?.Meta.ResourceVersion) continue;
                now[key] = resource;
                if (resource is not null) created.Saw(resource.Meta.CreationTimestamp);
                changes.Add(new(happened.Kv.ModRevision, before, resource));
            }

            problems.Set(view.Problems, []);
            table.Publish(events[^1].Kv.ModRevision, changes.ToImmutable());
        }

        records.Tell(shared);
    }

    // Null: the one does not follow from the other.
    private static ImmutableArray<StoreChange>? Difference(StoreState before, ImmutableDictionary<ResourceKey, Resource> now, long revision)
    {
        var changes = new List<StoreChange>();
        foreach (var (key, resource) in now)
        {
            var old = before.Resources.GetValueOrDefault(key);
            if (old?.Meta.ResourceVersion != resource.Meta.ResourceVersion) changes.Add(new(VersionOf(resource), old, resource));
        }

        changes.AddRange(before.Resources.Values.Where(old => !now.ContainsKey(old.Key)).Select(old => new StoreChange(revision, old, null)));
        if (changes.Exists(change => change.Revision <= before.Revision) || revision < before.Revision) return null;
        return [.. changes.OrderBy(change => change.Revision)];
    }

    private static long VersionOf(Resource resource) => long.Parse(resource.Meta.ResourceVersion, null);
}
