namespace Meltemi.Proxy.Flow;

/// <summary>
/// A limit over all loops without a shared counter per request: loops lease credits from it in chunks. Never admits more than the limit;
/// may refuse while up to <c>2 x chunk - 1</c> credits lie unused with each other loop, where chunk = max(1, limit / (16 x loops)): an error
/// of at most 1/8 of the limit, and none for limits below 32 x loops, whose loops keep nothing back.
/// </summary>
public sealed class Budget(int limit, int loops)
{
    private readonly int _chunk = Math.Max(1, limit / (16 * Math.Max(1, loops)));
    private Lease[] _leases = [];
    private int _free = limit;

    /// <summary>The limit.</summary>
    public int Limit { get; } = limit;

    /// <summary>Credits in use by all loops, each as it was a moment ago.</summary>
    public int InUse
    {
        get
        {
            var sum = 0;
            foreach (var lease in Volatile.Read(ref _leases)) sum += lease.InUse;
            return sum;
        }
    }

    /// <summary>Credits that are not in use.</summary>
    public int Remaining => Math.Max(0, Limit - InUse);

    /// <summary>The part of one loop. From any thread, once for each loop.</summary>
    public Lease ForLoop()
    {
        var lease = new Lease(this);
        for (var known = _leases; ; known = _leases)
        {
            Lease[] more = [.. known, lease];
            if (Interlocked.CompareExchange(ref _leases, more, known) == known) return lease;
        }
    }

    private int Take(int wanted)
    {
        var free = Volatile.Read(ref _free);
        while (free > 0)
        {
            var taken = Math.Min(wanted, free);
            var seen = Interlocked.CompareExchange(ref _free, free - taken, free);
            if (seen == free) return taken;
            free = seen;
        }

        return 0;
    }

    /// <summary>One loop's credits; used by that loop only.</summary>
    public sealed class Lease(Budget budget)
    {
        private int _credits;

        private int _inUse;

        /// <summary>Credits in use by this loop.</summary>
        public int InUse => Volatile.Read(ref _inUse);

        /// <summary>Takes one; false if the limit is reached.</summary>
        public bool TryTake()
        {
            if (_credits == 0 && (_credits = budget.Take(budget._chunk)) == 0) return false;
            _credits--;
            _inUse++;
            return true;
        }

        /// <summary>Gives one back.</summary>
        public void Return()
        {
            _inUse--;
            _credits++;
            if (budget._chunk > 1 && _credits < 2 * budget._chunk) return;
            _credits -= budget._chunk;
            Interlocked.Add(ref budget._free, budget._chunk);
        }
    }
}
