namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>
/// Lets so many requests in at a time, over all loops; so many others may wait: the highest priority goes first, and the oldest among equals. When
/// the line is full, the youngest of the lowest priority gives way to one of a higher. While nobody waits, entering and leaving are an atomic
/// addition each; the line itself is behind a lock.
/// <para>No place is lost between the two: who joins the line looks for a free place after having joined, who leaves looks at the line after having
/// given the place back, so that one of them sees the other.</para>
/// </summary>
internal sealed class ConcurrencyGate(int maxInside, int maxWaiting)
{
    private readonly Lock _lock = new();
    private readonly Line[] _lines = new Line[Config.ConcurrencyLimitConfig.HighestPriority + 1];
    private int _inside;
    private int _waiting;

    /// <summary>Requests that are in.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Goes in without waiting; false if that is not possible, or would be unfair to those who wait.</summary>
    public bool TryEnter() => Waiting == 0 && TryTake();

    /// <summary>Somebody goes out.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _inside);
        if (Waiting > 0) LetIn();
    }

    /// <summary>Joins the line; false if it is full of others that are as important. May be let in before this returns.</summary>
    public bool TryJoin(GateTicket ticket)
    {
        lock (_lock)
        {
            if (_waiting >= maxWaiting && !GiveUpLowerThan(ticket.Priority)) return false;
            ticket.State = GateState.Waiting;
            _lines[ticket.Priority].AddLast(ticket);
            Interlocked.Increment(ref _waiting);
        }

        LetIn();
        return true;
    }

    /// <summary>Steps out of the line; false if it was let in, or given up, meanwhile.</summary>
    public bool TryStepOut(GateTicket ticket)
    {
        lock (_lock)
        {
            if (ticket.State != GateState.Waiting) return false;
            Remove(ticket, GateState.Out);
            return true;
        }
    }

    private bool TryTake()
    {
        if (Interlocked.Increment(ref _inside) <= maxInside) return true;
        Interlocked.Decrement(ref _inside);
        return false;
    }

    private void LetIn()
    {
        lock (_lock)
        {
            while (_waiting > 0 && TryTake())
            {
                var priority = _lines.Length - 1;
                while (_lines[priority].First is null) priority--;
                var ticket = _lines[priority].First!;
                Remove(ticket, GateState.Inside);
                ticket.Tell();
            }
        }
    }

    private bool GiveUpLowerThan(int priority)
    {
        for (var lower = 0; lower < priority; lower++)
        {
            if (_lines[lower].Last is not { } ticket) continue;
            Remove(ticket, GateState.GivenUp);
            ticket.Tell();
            return true;
        }

        return false;
    }

    private void Remove(GateTicket ticket, GateState state)
    {
        ticket.State = state;
        _lines[ticket.Priority].Remove(ticket);
        Interlocked.Decrement(ref _waiting);
    }

    private struct Line
    {
        public GateTicket? First;
        public GateTicket? Last;

        public void AddLast(GateTicket ticket)
        {
            ticket.Previous = Last;
            ticket.Next = null;
            if (Last is null) First = ticket;
            else Last.Next = ticket;
            Last = ticket;
        }

        public void Remove(GateTicket ticket)
        {
            if (ticket.Previous is null) First = ticket.Next;
            else ticket.Previous.Next = ticket.Next;
            if (ticket.Next is null) Last = ticket.Previous;
            else ticket.Next.Previous = ticket.Previous;
            ticket.Previous = ticket.Next = null;
        }
    }
}
