using System.Numerics;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>
/// A bucket for each value, shared by all loops, in tables that are made once: taking a token locks and allocates nothing, only a value that is new
/// takes a lock. Values are known by 64 bits of hash.
/// <para>A value may stand in any of the <see cref="Ways"/> places of its set. When all are in use, the bucket that has been full for longest is
/// forgotten, which changes nothing; if none is full, the fullest, whose value so gets tokens back too early. A client that invents values
/// thus drives out its own.</para>
/// <para>Exact, but for a request that meets the forgetting of its own bucket: it may be charged to the one that comes.</para>
/// </summary>
internal sealed class BucketSet
{
    /// <summary>Places that are looked at for a value.</summary>
    public const int Ways = 8;

    private readonly FillSchedule _schedule;
    private readonly ulong[] _hashes;
    private readonly long[] _taken;
    private readonly ulong _mask;
    private readonly Lock _new = new();

    /// <param name="schedule">When each bucket gets tokens.</param>
    /// <param name="buckets">So many are kept; twice as many places, since values do not spread evenly, rounded up to a power of two.</param>
    public BucketSet(FillSchedule schedule, int buckets)
    {
        _schedule = schedule;
        var places = Math.Max(Ways, (int)BitOperations.RoundUpToPowerOf2((uint)buckets * 2));
        _hashes = new ulong[places];
        _taken = new long[places];
        _mask = (ulong)(places / Ways - 1);
    }

    /// <summary>Takes a token of a value's bucket.</summary>
    /// <param name="hash">Hash of the value.</param>
    /// <param name="now">The loop's clock.</param>
    /// <param name="forgot">A bucket that was not full had to be forgotten: there are too few.</param>
    public bool TryTake(ulong hash, long now, out bool forgot)
    {
        forgot = false;
        if (hash == 0) hash = 1; // 0 is an empty place
        var fills = _schedule.FillsAt(now);
        var place = Find(hash);
        if (place < 0)
        {
            lock (_new)
            {
                place = Find(hash);
                if (place < 0) place = Add(hash, fills, out forgot);
            }
        }

        return _schedule.Take(ref _taken[place], fills, 1) > 0;
    }

    private int First(ulong hash) => (int)(hash & _mask) * Ways;

    private int Find(ulong hash)
    {
        var first = First(hash);
        for (var place = first; place < first + Ways; place++)
        {
            if (Volatile.Read(ref _hashes[place]) == hash) return place;
        }

        return -1;
    }

    private int Add(ulong hash, long fills, out bool forgot)
    {
        var first = First(hash);
        var best = first;
        for (var place = first; place < first + Ways && _hashes[best] != 0; place++)
        {
            if (_hashes[place] == 0 || Volatile.Read(ref _taken[place]) < Volatile.Read(ref _taken[best])) best = place;
        }

        var full = _schedule.Full(fills);
        forgot = _hashes[best] != 0 && Volatile.Read(ref _taken[best]) > full;
        Volatile.Write(ref _taken[best], full);
        Volatile.Write(ref _hashes[best], hash);
        return best;
    }
}
