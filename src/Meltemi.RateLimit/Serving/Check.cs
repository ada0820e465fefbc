using Google.Protobuf.WellKnownTypes;
using Meltemi.RateLimit.Counting;
using Meltemi.RateLimit.Figures;
using Meltemi.RateLimit.Rules;
using static Envoy.Service.Ratelimit.V3.RateLimitResponse.Types;
using WireLimit = Envoy.Service.Ratelimit.V3.RateLimitResponse.Types.RateLimit;

namespace Meltemi.RateLimit.Serving;

/// <summary>One descriptor of a request on its way to a verdict.</summary>
internal sealed class Check
{
    private readonly RuleFigures? _figures;
    private readonly string _name;
    private readonly uint _hits;
    private readonly long _now;

    /// <param name="rule">Its limit; null: none.</param>
    /// <param name="name">Its counters' name.</param>
    /// <param name="nowMilliseconds">Time since 1970.</param>
    public Check(LimitRule? rule, RuleFigures? figures, string name, uint hits, long nowMilliseconds) =>
        (Rule, _figures, _name, _hits, _now) = (rule, figures, name, hits, nowMilliseconds);

    /// <summary>Its limit; null: there is none, or another one replaces it.</summary>
    public LimitRule? Rule { get; set; }

    /// <summary>Whether there is something to count.</summary>
    public bool IsCounted => Rule is { Unlimited: false };

    /// <summary>It was over its limit before, in this window.</summary>
    public bool IsExceeded { get; set; }

    /// <summary>Hits in the window, with these.</summary>
    public long After { get; set; }

    /// <summary>Whether the limit is exceeded, refused or not.</summary>
    public bool IsOver => IsCounted && (IsExceeded || After > Rule!.RequestsPerUnit);

    /// <summary>Counter of the window.</summary>
    public string Key => CounterKey.At(_name, Start);

    /// <summary>When the window ends, in seconds since 1970.</summary>
    public long EndsAtSecond => Start + Rule!.UnitSeconds;

    /// <summary>The question to the store.</summary>
    public CounterQuery Query => Rule!.Sliding
        ? new(Key, _hits, TimeSpan.FromSeconds(2 * Rule.UnitSeconds), new(CounterKey.At(_name, Start - Rule.UnitSeconds), PreviousMillionths, Rule.RequestsPerUnit))
        : new(Key, _hits, TimeSpan.FromSeconds(Rule.UnitSeconds));

    private long Start => _now / 1000 / Rule!.UnitSeconds * Rule.UnitSeconds;

    private long MillisecondsLeft => EndsAtSecond * 1000 - _now;

    private int PreviousMillionths => (int)((Int128)MillisecondsLeft * 1_000_000 / (Rule!.UnitSeconds * 1000));

    /// <summary>Counts, and says it to the client.</summary>
    public DescriptorStatus Verdict(double nearLimitRatio)
    {
        if (Rule is not { } rule) return new DescriptorStatus { Code = Code.Ok };
        _figures!.TotalHits.Add(_hits);
        if (rule.Unlimited)
        {
            _figures.WithinLimit.Add(_hits);
            return new DescriptorStatus { Code = Code.Ok, LimitRemaining = uint.MaxValue };
        }

        Count(rule, (long)Math.Floor(rule.RequestsPerUnit * nearLimitRatio));
        return new DescriptorStatus
        {
            Code = IsOver && !rule.ShadowMode ? Code.OverLimit : Code.Ok,
            CurrentLimit = new WireLimit { RequestsPerUnit = rule.RequestsPerUnit, Unit = (WireLimit.Types.Unit)rule.Unit, Name = rule.Name },
            LimitRemaining = IsOver ? 0 : (uint)(rule.RequestsPerUnit - After),
            DurationUntilReset = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(MillisecondsLeft)),
        };
    }

    /// <summary>Hits that cross a mark are split: those below it and those above.</summary>
    private void Count(LimitRule rule, long near)
    {
        long limit = rule.RequestsPerUnit;
        if (!IsOver)
        {
            _figures!.WithinLimit.Add(_hits);
            _figures.NearLimit.Add(Above(near, After));
            return;
        }

        var over = IsExceeded || rule.Sliding ? _hits : Above(limit, After);
        _figures!.OverLimit.Add(over);
        _figures.WithinLimit.Add(_hits - over);
        if (over < _hits) _figures.NearLimit.Add(Math.Min(limit - Math.Max(near, After - _hits), _hits - over));
        if (IsExceeded) _figures.OverLimitWithLocalCache.Add(_hits);
        if (rule.ShadowMode) _figures.ShadowMode.Add(_hits);
    }

    private long Above(long mark, long after) => Math.Clamp(after - mark, 0, _hits);
}
