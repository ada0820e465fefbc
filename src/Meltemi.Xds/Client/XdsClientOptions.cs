using Envoy.Config.Core.V3;

namespace Meltemi.Xds.Client;

/// <summary>How an <see cref="XdsClient"/> works.</summary>
public sealed record XdsClientOptions
{
    /// <summary>Who asks; told in the first request of each stream.</summary>
    public required Node Node { get; init; }

    /// <summary>The only type that is asked for; null: all, on one stream (ADS).</summary>
    public string? Type { get; init; }

    /// <summary>Try the delta protocol first, that of the state of the world if the server does not have it. Default true.</summary>
    public bool Delta { get; init; } = true;

    /// <summary>Bound of the wait after the first failure. Default 1 s.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bound of the wait after many. Default 30 s.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Source of jitter and of the server that is tried first.</summary>
    public Random Random { get; init; } = Random.Shared;
}
