namespace Meltemi.Xds.Server;

/// <summary>Limits of the xDS server. Each bounds what one client, or all that come at once, can cost.</summary>
public sealed record XdsServerOptions
{
    /// <summary>What the server calls itself in responses. Default <c>meltemi</c>.</summary>
    public string Identifier { get; init; } = "meltemi";

    /// <summary>Streams that get their first resources at the same time; further ones wait their turn. Default 32.</summary>
    public int MaxStarting { get; init; } = 32;

    /// <summary>Streams that may start in a second; further ones wait their turn, in order. As many may start at once after a pause. Default 200.</summary>
    public int MaxStartsPerSecond { get; init; } = 200;

    /// <summary>Until when the first response of a stream must be answered, or the next one gets its turn all the same. Default 5 s.</summary>
    public TimeSpan MaxTurn { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream waits for its turn before it is told to try later. Default 30 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Until when a stream must have sent its first request. Default 30 s.</summary>
    public TimeSpan FirstRequest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a client may take to answer what it was sent before it gets something newer all the same. Until then changes are gathered: a slow client gets
    /// fewer and larger responses. Default 60 s.
    /// </summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may leave a response unread before its stream is cut. Default 60 s.</summary>
    public TimeSpan MaxStall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long after a client accepted what replaces them clusters, endpoints and routes are taken away: the client needs that time to ask for what new
    /// listeners name, and to end the requests that are on their way. Default 1 s.
    /// </summary>
    public TimeSpan RemovalDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long routes wait for a client to fetch the endpoints of the new clusters to which they lead. Default 1 s.</summary>
    public TimeSpan MaxWarming { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Largest response in bytes where it can be divided; what cannot (one resource, the complete state of clusters or listeners) may be larger. It is what a
    /// client that does not read costs. Default 512 KiB; gRPC libraries receive 4 MiB.
    /// </summary>
    public int MaxResponseBytes { get; init; } = 512 * 1024;

    /// <summary>Largest request in bytes. Default 4 MiB, as with gRPC libraries.</summary>
    public int MaxRequestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Names that a client may subscribe to, of all types together. Default 200,000.</summary>
    public int MaxNames { get; init; } = 200_000;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
