namespace Meltemi.Xds.Grpc.Server;

/// <summary>How methods are served.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>Largest message that is taken, packed or not; the default is gRPC's 4 MiB.</summary>
    public int MaxReceiveBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Largest message that is sent.</summary>
    public int MaxSendBytes { get; init; } = int.MaxValue;

    /// <summary>Messages from this size on are packed with gzip for clients that take it; null: none, since that costs more than a network in between.</summary>
    public int? GzipFromBytes { get; init; }
}
