using System.Collections.Concurrent;

namespace Meltemi.RateLimit.Counting;

/// <summary>Counters that are known to be over their limit until their window ends, so that a flood of requests stops at this process.</summary>
/// <param name="capacity">Most counters; 0: none.</param>
public sealed class ExceededCache(int capacity)
{
    private readonly ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);
    private long _count;
    private long _tidyAgain;

    /// <summary>Whether a counter is over its limit for sure.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public bool Has(string key, long now) => capacity > 0 && _until.TryGetValue(key, out var until) && now < until;

    /// <summary>Remembers a counter until a time; if there is no room, it does not, and the store is asked instead.</summary>
    public void Add(string key, long until, long now)
    {
        if (Interlocked.Read(ref _count) >= capacity && !Tidy(now)) return;
        if (_until.TryAdd(key, until)) Interlocked.Increment(ref _count);
    }

    // At most once per second: when all are in use, looking again at once finds nothing.
    private bool Tidy(long now)
    {
        if (capacity == 0 || Interlocked.Exchange(ref _tidyAgain, now + 1) > now) return false;
        foreach (var (key, until) in _until)
        {
            if (until <= now && _until.TryRemove(key, out _)) Interlocked.Decrement(ref _count);
        }

        return Interlocked.Read(ref _count) < capacity;
    }
}
