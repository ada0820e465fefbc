using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>
/// The last changes, bounded by their number and bytes. Who watches holds a revision and nothing else, so slow readers cost no memory: they
/// fall out of the history and list again. Not safe for several threads.
/// </summary>
internal sealed class ChangeHistory(StoreLimits limits)
{
    // A change's records, key and places in lists; the bytes of the resources come on top.
    private const int ChangeOverhead = 256;

    private readonly List<Entry> _entries = [];
    private long _oldest;
    private int _changes;
    private long _bytes;

    private long Newest => _entries.Count > 0 ? _entries[^1].Batch.State.Revision : _oldest;

    /// <summary>Forgets everything; what is to come follows this revision.</summary>
    public void Reset(long revision)
    {
        _entries.Clear();
        _oldest = revision;
        _changes = 0;
        _bytes = 0;
    }

    /// <summary>Remembers a batch, and forgets the oldest ones beyond the limits.</summary>
    public void Add(StoreChanges batch)
    {
        var entry = new Entry(batch, Bytes(batch));
        _entries.Add(entry);
        _changes += batch.Changes.Length;
        _bytes += entry.Bytes;

        var forget = 0;
        while (forget < _entries.Count - 1 && (_changes > limits.MaxRememberedChanges || _bytes > limits.MaxRememberedBytes))
        {
            var old = _entries[forget++];
            _changes -= old.Batch.Changes.Length;
            _bytes -= old.Bytes;
            _oldest = old.Batch.State.Revision;
        }

        _entries.RemoveRange(0, forget);
    }

    /// <summary>The first batch after a revision, without what is not after it; null: there is none yet.</summary>
    /// <exception cref="RevisionGoneException">Forgotten, or never reached.</exception>
    public StoreChanges? After(long revision)
    {
        if (revision == Newest) return null;
        if (revision > Newest || revision < _oldest) throw new RevisionGoneException(revision, _oldest);
        var index = FirstAfter(revision);
        var batch = _entries[index].Batch;
        var previous = index > 0 ? _entries[index - 1].Batch.State.Revision : _oldest;
        return revision == previous
            ? batch
            : batch with { Changes = [.. batch.Changes.Where(change => change.Revision > revision)] };
    }

    private int FirstAfter(long revision)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Batch.State.Revision > revision)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private static long Bytes(StoreChanges batch)
    {
        var bytes = 0L;
        foreach (var change in batch.Changes) bytes += ChangeOverhead + (change.Before?.Json.Length ?? 0) + (change.After?.Json.Length ?? 0);
        return bytes;
    }

    private readonly record struct Entry(StoreChanges Batch, long Bytes);
}
