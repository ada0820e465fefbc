namespace Meltemi.Proxy.Config;

/// <summary>
/// When upstream connections are replaced: at the latest; up to a tenth earlier, at random, so that not all are at once. One that has its time takes no
/// new requests and closes when those in flight are answered. Where clients have connections of their own, the client is asked to go.
/// </summary>
public sealed record ConnectionLifeConfig
{
    /// <summary>Longest time that a connection takes requests; zero: no limit.</summary>
    public TimeSpan MaxDuration { get; init; }

    /// <summary>Most requests over a connection; 0: no limit.</summary>
    public int MaxRequests { get; init; }
}
