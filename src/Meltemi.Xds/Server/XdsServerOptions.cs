namespace Meltemi.Xds.Server;

/// <summary>Limits of the xDS server.</summary>
public sealed record XdsServerOptions
{
    /// <summary>Streams that get their first resources at the same time; further ones wait their turn. Default 32.</summary>
    public int MaxStarting { get; init; } = 32;

    /// <summary>How long a stream waits for its turn before it is told to try later. Default 30 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Until when a stream must have sent its first request. Default 30 s.</summary>
    public TimeSpan FirstRequest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a client may take to answer what it was sent before it gets something newer all the same. Until then changes are gathered: a slow client gets
    /// fewer and larger responses. Default 60 s.
    /// </summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Largest response in bytes where it can be divided; what cannot (one resource, the complete state of clusters or listeners) may be larger.
    /// Default 3 MiB: gRPC libraries receive 4 MiB.
    /// </summary>
    public int MaxResponseBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>Names that a client may subscribe to, of all types together. Default 200,000.</summary>
    public int MaxNames { get; init; } = 200_000;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
