namespace Meltemi.Proxy.Config;

/// <summary>Endpoints are where clients wanted to go (<c>ORIGINAL_DST</c>).</summary>
public sealed record OriginalDestinationConfig
{
    /// <summary>Instead of the port that the client wanted; null: that one.</summary>
    public int? Port { get; init; }

    /// <summary>An endpoint that was not used for so long is forgotten, with its connections. Default 5 s.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromSeconds(5);
}
