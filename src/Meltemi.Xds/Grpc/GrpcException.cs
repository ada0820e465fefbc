namespace Meltemi.Xds.Grpc;

/// <summary>A call that did not end with OK. A client's handler gets it, a server's handler throws it.</summary>
public sealed class GrpcException(GrpcStatusCode statusCode, string detail, Exception? inner = null)
    : Exception($"{statusCode}: {detail}", inner)
{
    /// <summary>What kind of failure.</summary>
    public GrpcStatusCode StatusCode { get; } = statusCode;

    /// <summary>The message as it is on the wire, without the code.</summary>
    public string Detail { get; } = detail;

    /// <summary>What came, or goes, with the status.</summary>
    public GrpcMetadata Trailers { get; init; } = [];
}
