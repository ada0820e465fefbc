using System.Collections.Concurrent;
using System.Text;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>The shared records as etcd has them. One thread takes in, any may read.</summary>
internal sealed class EtcdRecords(EtcdKeys keys)
{
    private readonly ConcurrentDictionary<string, SharedRecord> _records = new(StringComparer.Ordinal);

    /// <summary>What came, changed or went; on the thread that takes in.</summary>
    public event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<string> Names => [.. _records.Keys];

    /// <summary>One of them; null: it is not there.</summary>
    public SharedRecord? Find(string name) => _records.GetValueOrDefault(name);

    /// <summary>Takes in all that etcd has, in place of what was known; answers what differs, and in <paramref name="others"/> what is none of these.</summary>
    public HashSet<string> Replace(IEnumerable<KeyValue> pairs, out List<KeyValue> others)
    {
        others = [];
        var changed = new HashSet<string>(_records.Keys, StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            if (keys.SharedName(pair.Key) is not { } name)
                others.Add(pair);
            else if (Find(name)?.Revision == pair.ModRevision)
                changed.Remove(name);
            else
                changed.Add(Set(name, pair));
        }

        var there = new HashSet<string>(pairs.Select(pair => keys.SharedName(pair.Key)).OfType<string>(), StringComparer.Ordinal);
        foreach (var name in changed)
            if (!there.Contains(name))
                _records.TryRemove(name, out _);
        return changed;
    }

    /// <summary>Takes in an event; null: it is about none of these.</summary>
    public string? Apply(WatchEvent happened)
    {
        if (keys.SharedName(happened.Kv.Key) is not { } name) return null;
        if (happened.IsDelete) _records.TryRemove(name, out _);
        else Set(name, happened.Kv);
        return name;
    }

    /// <summary>Tells what differs.</summary>
    public void Tell(IReadOnlyCollection<string> changed)
    {
        if (changed.Count > 0) Changed?.Invoke(changed);
    }

    private string Set(string name, KeyValue pair)
    {
        _records[name] = new(Encoding.UTF8.GetString(pair.Value ?? []), pair.ModRevision);
        return name;
    }
}
