namespace Meltemi.RateLimit;

/// <summary>How a server decides.</summary>
public sealed record RateLimitOptions
{
    /// <summary>Share of a limit above which hits count as near it. Default 0.8.</summary>
    public double NearLimitRatio { get; init; } = 0.8;

    /// <summary>Counters over their limit that are remembered; 0: none. Default 100,000.</summary>
    public int LocalCacheSize { get; init; } = 100_000;

    /// <summary>What is answered when the store does not. Default: an error, so that the client's own failure mode decides.</summary>
    public StoreFailure OnStoreFailure { get; init; } = StoreFailure.Error;
}

/// <summary>What is answered when the store does not answer.</summary>
public enum StoreFailure
{
    /// <summary>gRPC status UNAVAILABLE: the client decides.</summary>
    Error,

    /// <summary>OK.</summary>
    Allow,

    /// <summary>OVER_LIMIT.</summary>
    Deny,
}
