namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Hash table from (interface, method, number) as bytes to an object, for look-ups that make no strings. Grows, never forgets single
/// entries. One writer; readers beside it only once writing has ended for good.
/// </summary>
internal sealed class NameTable<T> where T : class
{
    private Entry[] _entries = new Entry[64];

    private struct Entry
    {
        public int Hash;
        public int Number;
        public byte[] Interface;
        public byte[] Method;
        public T? Value;
    }

    public int Count { get; private set; }

    public T? Find(int hash, ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method, int number)
    {
        var entries = _entries;
        for (var i = hash & (entries.Length - 1); ; i = (i + 1) & (entries.Length - 1))
        {
            ref var entry = ref entries[i];
            if (entry.Value is null) return null;
            if (entry.Hash == hash && entry.Number == number && iface.SequenceEqual(entry.Interface) && method.SequenceEqual(entry.Method))
            {
                return entry.Value;
            }
        }
    }

    /// <summary>Adds a key that is not there.</summary>
    public void Add(int hash, ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method, int number, T value)
    {
        if ((Count + 1) * 2 > _entries.Length) Grow();
        Count++;
        Slot(hash) = new Entry { Hash = hash, Number = number, Interface = iface.ToArray(), Method = method.ToArray(), Value = value };
    }

    public void Clear()
    {
        _entries = new Entry[64];
        Count = 0;
    }

    private ref Entry Slot(int hash)
    {
        var i = hash & (_entries.Length - 1);
        while (_entries[i].Value is not null) i = (i + 1) & (_entries.Length - 1);
        return ref _entries[i];
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (ref var entry in old.AsSpan())
        {
            if (entry.Value is not null) Slot(entry.Hash) = entry;
        }
    }
}
