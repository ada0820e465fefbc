namespace Meltemi.Proxy.Config;

/// <summary>
/// A bound on the requests in flight that follows how long they take
/// (<c>envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency</c>).
/// </summary>
public sealed record AdaptiveConcurrencyConfig
{
    /// <summary>Which of the sampled durations counts, in percent. Default the median.</summary>
    public double Percentile { get; init; } = 50;

    /// <summary>The bound never exceeds it. Default 1000.</summary>
    public int MaxLimit { get; init; } = 1000;

    /// <summary>The bound never falls below it. Default <see cref="ProbeConcurrency"/>.</summary>
    public int? MinLimit { get; init; }

    /// <summary>How often the bound is computed anew.</summary>
    public required TimeSpan UpdateInterval { get; init; }

    /// <summary>How often the shortest duration is measured; zero: <see cref="FixedShortest"/> stands for it.</summary>
    public TimeSpan ProbeInterval { get; init; }

    /// <summary>Random part that is added to <see cref="ProbeInterval"/>, in percent of it. Default 15.</summary>
    public double ProbeJitterPercent { get; init; } = 15;

    /// <summary>Requests that are measured. Default 50.</summary>
    public int ProbeRequests { get; init; } = 50;

    /// <summary>Bound while measuring. Default 3.</summary>
    public int ProbeConcurrency { get; init; } = 3;

    /// <summary>What durations may be longer without the bound falling, in percent of the shortest. Default 25.</summary>
    public double BufferPercent { get; init; } = 25;

    /// <summary>Instead of measurements.</summary>
    public TimeSpan FixedShortest { get; init; }
}
