using Meltemi.Proxy.Flow;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// The requests in flight on a multiplexed connection, by the id that the proxy gave them. Ids count up, so that
/// <c>slots[id mod size]</c> is nearly always free; an id whose place is taken by a slow request is left out. An answer finds its request with
/// one comparison, and an id that was used before is told from one that never was.
/// </summary>
internal sealed class PendingTable(ulong maxId)
{
    private const int InitialSize = 16;

    // Some servers hold ids as doubles and send back what is left of larger ones.
    private const ulong MostIds = (1UL << 53) - 1;

    private readonly ulong _maxId = Math.Min(maxId, MostIds);
    private Exchange?[] _slots = new Exchange?[InitialSize];
    private ulong _last;

    /// <summary>Requests in flight.</summary>
    public int Count { get; private set; }

    /// <summary>Gives the request an id and keeps it.</summary>
    public ulong Add(Exchange exchange)
    {
        if (Count * 2 >= _slots.Length) Grow();
        var id = NextId();
        while (_slots[Slot(id)] is not null) id = NextId();
        _slots[Slot(id)] = exchange;
        exchange.UpstreamId = id;
        Count++;
        return id;
    }

    /// <summary>An id for something that is not a request, such as a heartbeat.</summary>
    public ulong NextId()
    {
        _last = _last >= _maxId ? 1 : _last + 1;
        return _last;
    }

    /// <summary>The request of an id; null if there is none any more, or never was.</summary>
    public Exchange? Find(ulong id)
    {
        var exchange = _slots[Slot(id)];
        return exchange is not null && exchange.UpstreamId == id ? exchange : null;
    }

    /// <summary>Whether the id was given out, not too long ago: its answer is late rather than invented.</summary>
    public bool WasUsed(ulong id) => id <= _last;

    /// <summary>Forgets a request.</summary>
    public void Remove(Exchange exchange)
    {
        ref var slot = ref _slots[Slot(exchange.UpstreamId)];
        if (!ReferenceEquals(slot, exchange)) return;
        slot = null;
        Count--;
    }

    /// <summary>Some request; null if there is none. For emptying the table.</summary>
    public Exchange? Any()
    {
        if (Count == 0) return null;
        foreach (var exchange in _slots)
        {
            if (exchange is not null) return exchange;
        }

        return null;
    }

    private int Slot(ulong id) => (int)(id & (ulong)(_slots.Length - 1));

    // Ids that differ in their low bits still do with one bit more, so moving never collides.
    private void Grow()
    {
        var old = _slots;
        _slots = new Exchange?[old.Length * 2];
        foreach (var exchange in old)
        {
            if (exchange is not null) _slots[Slot(exchange.UpstreamId)] = exchange;
        }
    }
}
