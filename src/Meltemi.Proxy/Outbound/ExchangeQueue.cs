using Meltemi.Proxy.Flow;

namespace Meltemi.Proxy.Outbound;

/// <summary>A first-in first-out list of exchanges, linked through <see cref="Exchange.QueueNext"/>.</summary>
internal struct ExchangeQueue
{
    private Exchange? _head;
    private Exchange? _tail;

    public int Count { get; private set; }

    public readonly Exchange? Head => _head;

    public void Add(Exchange exchange)
    {
        exchange.QueueNext = null;
        if (_tail is null) _head = exchange;
        else _tail.QueueNext = exchange;
        _tail = exchange;
        Count++;
    }

    public Exchange? Take()
    {
        var exchange = _head;
        if (exchange is null) return null;
        _head = exchange.QueueNext;
        if (_head is null) _tail = null;
        exchange.QueueNext = null;
        Count--;
        return exchange;
    }

    /// <summary>Takes one out of the middle; walks the list, which is bounded and short.</summary>
    public bool Remove(Exchange exchange)
    {
        Exchange? before = null;
        for (var at = _head; at is not null; before = at, at = at.QueueNext)
        {
            if (!ReferenceEquals(at, exchange)) continue;
            if (before is null) _head = at.QueueNext;
            else before.QueueNext = at.QueueNext;
            if (ReferenceEquals(_tail, at)) _tail = before;
            at.QueueNext = null;
            Count--;
            return true;
        }

        return false;
    }
}
