using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>
/// When tokens come: <see cref="Max"/> at the start, <see cref="PerFill"/> with each fill. A bucket is then one number: how many of all the tokens
/// that ever came are taken or lost.
/// </summary>
internal readonly struct FillSchedule
{
    private readonly long _interval;
    private readonly long _origin;

    /// <param name="config">The bucket.</param>
    /// <param name="originNanoseconds">Time of the start, on the loops' clock.</param>
    public FillSchedule(BucketConfig config, long originNanoseconds)
    {
        // Loops look at the clock once per turn, so that shorter intervals than a millisecond would come in heaps anyway.
        var interval = Math.Max(config.FillInterval.Ticks, 1);
        var times = interval >= TimeSpan.TicksPerMillisecond ? 1 : (TimeSpan.TicksPerMillisecond + interval - 1) / interval;
        Max = config.MaxTokens;
        PerFill = Math.Min(config.TokensPerFill * times, config.MaxTokens);
        _interval = interval * times * TimeSpan.NanosecondsPerTick;
        _origin = originNanoseconds;
    }

    /// <summary>Most tokens at a time.</summary>
    public long Max { get; }

    /// <summary>Tokens that come with a fill.</summary>
    public long PerFill { get; }

    /// <summary>Fills until a time.</summary>
    public long FillsAt(long nanoseconds) => nanoseconds < _origin ? 0 : (nanoseconds - _origin) / _interval;

    /// <summary>Time of the fill after so many.</summary>
    public long TimeOfNext(long fills) => _origin + (fills + 1) * _interval;

    /// <summary>
    /// Takes tokens from a bucket; answers how many there were, at most <paramref name="wanted"/>. From any thread. A caller whose clock is behind
    /// gets less, never more.
    /// </summary>
    /// <param name="taken">The bucket: tokens taken or lost of all that came; 0 at the start.</param>
    public long Take(ref long taken, long fills, long wanted)
    {
        var given = Given(fills);
        var before = Volatile.Read(ref taken);
        while (true)
        {
            var left = Math.Min(given - before, Max); // what does not fit into the bucket is lost
            if (left <= 0) return 0;
            var got = Math.Min(wanted, left);
            var seen = Interlocked.CompareExchange(ref taken, given - left + got, before);
            if (seen == before) return got;
            before = seen;
        }
    }

    /// <summary>A full bucket.</summary>
    public long Full(long fills) => Given(fills) - Max;

    private long Given(long fills) => Max + fills * PerFill;
}
