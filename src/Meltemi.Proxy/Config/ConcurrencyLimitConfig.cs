using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>How many requests of a listener may be in flight, and how many may wait (<c>meltemi.config.v1.ConcurrencyLimit</c>).</summary>
public sealed record ConcurrencyLimitConfig
{
    /// <summary>Highest priority.</summary>
    public const int HighestPriority = 9;

    /// <summary>Requests in flight, over all loops.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Requests that may wait, over all loops. Default 0.</summary>
    public int MaxQueue { get; init; }

    /// <summary>Longest wait. Default 1 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Who is served first and given up last; the first that matches counts, requests that match none have priority 0.</summary>
    public ImmutableArray<ConcurrencyClass> Classes { get; init; } = [];

    /// <summary>Whether it is the same limit: records compare lists by identity.</summary>
    internal bool IsLike(ConcurrencyLimitConfig other) =>
        this with { Classes = [] } == other with { Classes = [] }
        && Classes.Length == other.Classes.Length
        && Classes.Zip(other.Classes).All(pair => pair.First.Priority == pair.Second.Priority && pair.First.Match.SequenceEqual(pair.Second.Match));
}

/// <summary>Requests with these attributes have this priority, 0 to 9.</summary>
public sealed record ConcurrencyClass(ImmutableArray<AttributeMatch> Match, int Priority);
