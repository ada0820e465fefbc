using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Hashing;
using Meltemi.Proxy.Routing.Matching;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>
/// A compiled local limit, one loop's part of it: rules in order, of which the first that is for a request charges its bucket, and only that one.
/// </summary>
internal sealed class LocalLimit
{
    // So that nobody can look for values that fall together.
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private readonly Rule[] _rules;
    private readonly LocalLimitStats _stats;
    private readonly LoopMetrics _metrics;
    private readonly int _enforced;
    private readonly byte[] _text;
    private int _owed;

    public LocalLimit(LocalRateLimitConfig config, string place, AttributeKeys keys, BucketTable buckets, LocalLimitStats stats, LoopMetrics metrics)
    {
        (_stats, _metrics, _enforced) = (stats, metrics, config.EnforcedMillionths);
        _rules = [.. config.Rules.Select(rule => new Rule(rule, $"{place} {config.StatPrefix}: {string.Join(", ", rule.Match)}", keys, buckets))];
        var name = config.StatPrefix.AsSpan(0, Math.Min(64, config.StatPrefix.Length));
        _text = Encoding.UTF8.GetBytes($"meltemi: over the local rate limit '{name}' (RL)");
    }

    /// <summary>What a client is told that is over the limit.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>Charges a request; false: it is over the limit and to be refused.</summary>
    /// <param name="now">The loop's clock.</param>
    public bool Admits(Exchange x, ReadOnlySpan<byte> message, AttributeValues values, long now)
    {
        foreach (var rule in _rules)
        {
            if (!Condition.AllHold(rule.Conditions, message, values)) continue;
            if (rule.Bucket?.TryTake(now) ?? TryTake(rule, x, message, values, now))
            {
                _metrics.Add(_stats.Ok);
                return true;
            }

            _metrics.Add(_stats.RateLimited);
            if (!Enforces()) return true;
            _metrics.Add(_stats.Enforced);
            return false;
        }

        return true;
    }

    private bool TryTake(Rule rule, Exchange x, ReadOnlySpan<byte> message, AttributeValues values, long now)
    {
        var hash = rule.ByAddress ? x.Client!.AddressHash ^ Seed : XxHash64.Hash(values.Get(rule.Slot, message), Seed);
        var taken = rule.PerValue!.TryTake(hash, now, out var forgot);
        if (forgot) _metrics.Add(_stats.Forgotten);
        return taken;
    }

    /// <summary>Says yes for the share that is enforced, evenly.</summary>
    private bool Enforces()
    {
        _owed += _enforced;
        if (_owed < 1_000_000) return false;
        _owed -= 1_000_000;
        return true;
    }

    private sealed class Rule
    {
        public Rule(LocalLimitRule config, string place, AttributeKeys keys, BucketTable buckets)
        {
            Conditions = [.. config.Match.Select(match => new Condition(match, keys))];
            if (config.Per is not { } per)
            {
                Bucket = buckets.One(place, config.Bucket).ForLoop();
                return;
            }

            PerValue = buckets.PerValue(place, config.Bucket, per);
            ByAddress = per.Attribute is null;
            Slot = keys.IndexOf(per.Attribute);
        }

        public Condition[] Conditions { get; }

        public TokenBucket.Lease? Bucket { get; }

        public BucketSet? PerValue { get; }

        public bool ByAddress { get; }

        public int Slot { get; }
    }
}
