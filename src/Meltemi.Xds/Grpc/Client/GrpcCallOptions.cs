namespace Meltemi.Xds.Grpc.Client;

/// <summary>What differs from call to call.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>How long the call may last, told to the server too; null: for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Sent as headers.</summary>
    public GrpcMetadata Metadata { get; init; } = [];
}
