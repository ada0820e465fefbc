using Meltemi.Proxy.Flow;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// The requests in flight on a connection whose server answers in order: a ring. One that nobody waits for any more leaves an empty place, so
/// that its answer, when it comes, is dropped and the following ones still find their requests.
/// </summary>
internal sealed class OrderedTable
{
    private (Exchange? Exchange, long Memo)[] _ring = new (Exchange?, long)[4];
    private ulong _head;
    private ulong _tail;

    /// <summary>Places taken, the empty ones included: answers still to come.</summary>
    public int Count => (int)(_tail - _head);

    /// <summary>The codec's note about the request whose answer comes next.</summary>
    public long HeadMemo => Count == 0 ? 0 : _ring[Index(_head)].Memo;

    public void Add(Exchange exchange)
    {
        if (Count == _ring.Length) Grow();
        exchange.UpstreamId = _tail;
        _ring[Index(_tail++)] = (exchange, exchange.Memo);
    }

    /// <summary>The request whose answer has come; null if nobody waits for it.</summary>
    public Exchange? Take()
    {
        ref var place = ref _ring[Index(_head++)];
        var exchange = place.Exchange;
        place = default;
        return exchange;
    }

    /// <summary>The oldest request that somebody waits for; null if there is none.</summary>
    public Exchange? Any()
    {
        for (var at = _head; at != _tail; at++)
        {
            if (_ring[Index(at)].Exchange is { } exchange) return exchange;
        }

        return null;
    }

    /// <summary>Nobody waits for this request's answer any more.</summary>
    public void Forget(Exchange exchange)
    {
        ref var place = ref _ring[Index(exchange.UpstreamId)].Exchange;
        if (ReferenceEquals(place, exchange)) place = null;
    }

    private int Index(ulong position) => (int)(position & (ulong)(_ring.Length - 1));

    private void Grow()
    {
        var larger = new (Exchange?, long)[_ring.Length * 2];
        for (var at = _head; at != _tail; at++) larger[at & (ulong)(larger.Length - 1)] = _ring[Index(at)];
        _ring = larger;
    }
}
