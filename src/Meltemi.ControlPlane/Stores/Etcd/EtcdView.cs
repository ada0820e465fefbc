using System.Collections.Immutable;
using System.Text;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// etcd's keys as resources. A value that is not a resource is told and passed over: what was there before stays in force. Used under
/// <see cref="Gate"/>, together with the table, so that nobody sees the one ahead of the other.
/// </summary>
internal sealed class EtcdView(EtcdKeys keys, StoreLimits limits)
{
    private readonly Dictionary<ResourceKey, Entry> _entries = [];
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);

    /// <summary>Held while this and the table are read or changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Keys whose values cannot be used, and why.</summary>
    public IEnumerable<(string Source, string Message)> Problems => _problems.Select(problem => (problem.Key, problem.Value));

    /// <summary>When the key of a resource was last written, as far as is known here; 0: it does not exist.</summary>
    public long RevisionOf(ResourceKey key) => _entries.TryGetValue(key, out var entry) ? entry.Revision : 0;

    /// <summary>Takes in all that etcd has, in place of what was known; answers the resources.</summary>
    public ImmutableDictionary<ResourceKey, Resource> Replace(IEnumerable<KeyValue> pairs)
    {
        // What is broken now may have been good before.
        var before = new Dictionary<ResourceKey, Entry>(_entries);
        _entries.Clear();
        _problems.Clear();
        foreach (var pair in pairs)
        {
            if (Parse(pair, out var key, out var isStatus)) Set(key, isStatus, pair, before.GetValueOrDefault(key));
        }

        var resources = ImmutableDictionary.CreateBuilder<ResourceKey, Resource>();
        foreach (var (key, entry) in _entries)
        {
            if (entry.Effective() is { } resource) resources[key] = resource;
        }

        return resources.ToImmutable();
    }

    /// <summary>Takes in an event; answers whose it is, null if nobody's, and what the resource is now.</summary>
    public (ResourceKey Key, Resource? Now)? Apply(WatchEvent happened)
    {
        if (!Parse(happened.Kv, out var key, out var isStatus)) return null;
        if (happened.IsDelete)
            Delete(key, isStatus, happened.Kv);
        else
            Set(key, isStatus, happened.Kv, null);
        return (key, _entries.GetValueOrDefault(key)?.Effective());
    }

    private bool Parse(KeyValue pair, out ResourceKey key, out bool isStatus)
    {
        var text = Encoding.UTF8.GetString(pair.Key);
        _problems.Remove(text);
        if (keys.TryParse(text, out key, out isStatus, out var problem)) return true;

        // Also on deletion, when nobody is to be told any more.
        if (pair.Value is not null) _problems[text] = problem;
        return false;
    }

    private void Set(ResourceKey key, bool isStatus, KeyValue pair, Entry? before)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= limits.MaxResources && !isStatus)
                _problems[Encoding.UTF8.GetString(pair.Key)] = $"it does not count: there are {limits.MaxResources} resources, and that is the limit";
            if (_entries.Count >= limits.MaxResources) return;
            _entries[key] = entry = new();
        }

        if (isStatus)
        {
            (entry.StatusRevision, entry.Status) = (pair.ModRevision, EtcdValues.ReadStatus(pair.Value ?? []));
            return;
        }

        entry.Revision = pair.ModRevision;
        if (EtcdValues.Read(key, pair.Value ?? [], limits, out var problem) is { } resource)
        {
            (entry.GoodRevision, entry.Resource) = (pair.ModRevision, resource);
            return;
        }

        _problems[Encoding.UTF8.GetString(pair.Key)] = problem;
        if (entry.Resource is null && before?.Resource is not null) (entry.GoodRevision, entry.Resource) = (before.GoodRevision, before.Resource);
    }

    private void Delete(ResourceKey key, bool isStatus, KeyValue pair)
    {
        if (!_entries.TryGetValue(key, out var entry)) return;
        if (isStatus)
            (entry.StatusRevision, entry.Status) = (pair.ModRevision, null);
        else
            (entry.Revision, entry.GoodRevision, entry.Resource) = (0, 0, null);
        if (entry.Revision == 0 && entry.Status is null) _entries.Remove(key);
    }

    private sealed class Entry
    {
        /// <summary>When the resource's key was last written.</summary>
        public long Revision { get; set; }

        /// <summary>When it was last written with a good value.</summary>
        public long GoodRevision { get; set; }

        /// <summary>That value.</summary>
        public Resource? Resource { get; set; }

        /// <summary>When the status was last written or deleted.</summary>
        public long StatusRevision { get; set; }

        /// <summary>The status, and the uid of the resource that it is about.</summary>
        public (string Uid, ResourceStatus Status)? Status { get; set; }

        public Resource? Effective()
        {
            if (Resource is null) return null;
            var status = Status is { } said && said.Uid == Resource.Meta.Uid ? said.Status : null;
            var version = WriteRules.Version(Math.Max(GoodRevision, StatusRevision));
            return Resource with { Status = status, Meta = Resource.Meta with { ResourceVersion = version } };
        }
    }
}
