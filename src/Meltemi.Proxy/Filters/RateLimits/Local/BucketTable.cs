using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>
/// The buckets of the process, so that one that stays the same under a new configuration keeps its tokens: whoever could make the proxy read its
/// configuration again would else be given a full bucket. Buckets that no configuration refers to any more go with the garbage.
/// </summary>
internal sealed class BucketTable(int loops, Func<long> nanoseconds)
{
    private readonly WeakTable<Key, object> _buckets = new();

    /// <summary>The bucket for all requests of a rule.</summary>
    /// <param name="place">Which rule it is: the same text finds the same bucket.</param>
    public TokenBucket One(string place, BucketConfig config) =>
        (TokenBucket)_buckets.Get(new(place, config, null), _ => new TokenBucket(Schedule(config), loops));

    /// <summary>The buckets of a rule by value.</summary>
    public BucketSet PerValue(string place, BucketConfig config, PerValueConfig per) =>
        (BucketSet)_buckets.Get(new(place, config, per), _ => new BucketSet(Schedule(config), per.MaxBuckets));

    private FillSchedule Schedule(BucketConfig config) => new(config, nanoseconds());

    private sealed record Key(string Place, BucketConfig Config, PerValueConfig? Per);
}
