using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Hashing;
using Meltemi.Proxy.Routing.Matching;

namespace Meltemi.Proxy.Filters.Faults;

/// <summary>A compiled <see cref="FaultConfig"/>: decides which requests have which fault. Shared by all loops.</summary>
public sealed class FaultPolicy
{
    private readonly FaultConfig _config;
    private readonly Condition[] _conditions;
    private readonly FaultRequests _asked;
    private int _active;

    /// <summary>Compiles faults for messages whose values are read with <paramref name="keys"/>.</summary>
    public FaultPolicy(FaultConfig config, AttributeKeys keys)
    {
        _config = config;
        _conditions = [.. config.Match.Select(match => new Condition(match, keys))];
        _asked = new FaultRequests(keys);
        IsOff = config is not ({ Delay.Share.Numerator: > 0 } or { Abort.Share.Numerator: > 0 } or { ResponseRate.Share.Numerator: > 0 });
    }

    /// <summary>Whether no request can have a fault, as all shares are zero.</summary>
    internal bool IsOff { get; }

    /// <summary>Attributes that it looks at.</summary>
    public static IEnumerable<string> WantedKeys(FaultConfig? config)
    {
        if (config is null) return [];
        var asks = config.Delay is { Kind: FaultDelayKind.Asked } || config.Abort is { Error: null } || config.ResponseRate is { BytesPerSecond: null };
        return config.Match.Select(match => match.Attribute).Concat(asks ? FaultRequests.Names : []);
    }

    /// <summary>Draws for a request.</summary>
    internal Fault Draw(string cluster, Worker worker, ReadOnlySpan<byte> message)
    {
        var values = worker.Values;
        if (_config.Cluster is { } wanted && wanted != cluster) return default;
        return Condition.AllHold(_conditions, message, values)
            ? new Fault(Delay(worker, message, values), Abort(worker, message, values), Rate(worker, message, values))
            : default;
    }

    /// <summary>One request more with a fault; false if there are as many as there may be.</summary>
    internal bool TryBegin()
    {
        if (Interlocked.Increment(ref _active) <= (_config.MaxActive ?? int.MaxValue)) return true;
        Interlocked.Decrement(ref _active);
        return false;
    }

    /// <summary>One less.</summary>
    internal void End() => Interlocked.Decrement(ref _active);

    private int Delay(Worker worker, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (_config.Delay is not { } delay) return 0;
        var asked = delay.Kind == FaultDelayKind.Asked;
        var share = asked ? _asked.DelayShare(delay.Share.Numerator, message, values) : delay.Share.Numerator;
        if (!Takes(share, delay.Share, worker)) return 0;
        var milliseconds = delay.Kind switch
        {
            FaultDelayKind.Asked => _asked.DelayOf(message, values),
            FaultDelayKind.Exponential => delay.Time.TotalMilliseconds * Bits.Exponential(worker.NextRandom()),
            _ => delay.Time.TotalMilliseconds,
        };
        return (int)Math.Min(Math.Ceiling(milliseconds), int.MaxValue / 2);
    }

    private ReplyReason? Abort(Worker worker, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (_config.Abort is not { } abort) return null;
        var share = abort.Error is null ? _asked.AbortShare(abort.Share.Numerator, message, values) : abort.Share.Numerator;
        return Takes(share, abort.Share, worker) ? abort.Error ?? _asked.AbortOf(message, values) : null;
    }

    private long Rate(Worker worker, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (_config.ResponseRate is not { } rate) return 0;
        var share = rate.BytesPerSecond is null ? _asked.RateShare(rate.Share.Numerator, message, values) : rate.Share.Numerator;
        return Takes(share, rate.Share, worker) ? rate.BytesPerSecond ?? _asked.RateOf(message, values) : 0;
    }

    private static bool Takes(uint numerator, Fraction share, Worker worker) => Bits.Scale(worker.NextRandom(), share.Denominator) < numerator;
}

/// <summary>What a request is in for.</summary>
/// <param name="DelayMilliseconds">0: it does not wait.</param>
/// <param name="Error">Null: it goes to the upstream.</param>
/// <param name="BytesPerSecond">0: the answer comes as it comes.</param>
internal readonly record struct Fault(int DelayMilliseconds, ReplyReason? Error, long BytesPerSecond)
{
    public bool IsNone => DelayMilliseconds == 0 && Error is null && BytesPerSecond == 0;
}
