using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>
/// The buckets of the process, so that one that stays the same under a new configuration keeps its tokens: whoever could make the proxy read its
/// configuration again would else be given a full bucket. Buckets that no configuration refers to any more go with the garbage.
/// </summary>
internal sealed class BucketTable(int loops, Func<long> nanoseconds)
{
    private const int FirstTidyAt = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, WeakReference<object>> _buckets = [];
    private int _tidyAt = FirstTidyAt;

    /// <summary>The bucket for all requests of a rule.</summary>
    /// <param name="place">Which rule it is: the same text finds the same bucket.</param>
    public TokenBucket One(string place, BucketConfig config) =>
        (TokenBucket)Get(new(place, config, null), () => new TokenBucket(Schedule(config), loops));

    /// <summary>The buckets of a rule by value.</summary>
    public BucketSet PerValue(string place, BucketConfig config, PerValueConfig per) =>
        (BucketSet)Get(new(place, config, per), () => new BucketSet(Schedule(config), per.MaxBuckets));

    private FillSchedule Schedule(BucketConfig config) => new(config, nanoseconds());

    private object Get(Key key, Func<object> make)
    {
        lock (_lock)
        {
            if (_buckets.TryGetValue(key, out var known) && known.TryGetTarget(out var bucket)) return bucket;
            if (_buckets.Count >= _tidyAt) Tidy();
            var fresh = make();
            _buckets[key] = new(fresh);
            return fresh;
        }
    }

    private void Tidy()
    {
        foreach (var (key, bucket) in _buckets)
        {
            if (!bucket.TryGetTarget(out _)) _buckets.Remove(key);
        }

        _tidyAt = Math.Max(FirstTidyAt, _buckets.Count * 2);
    }

    private sealed record Key(string Place, BucketConfig Config, PerValueConfig? Per);
}
