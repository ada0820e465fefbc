using Microsoft.AspNetCore.Http;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>What the headers of a call say.</summary>
/// <param name="Encoding">Of packed messages; null: there are none.</param>
/// <param name="TakesGzip">Whether the client reads gzip.</param>
/// <param name="Timeout">How long it waits; null: for ever.</param>
/// <param name="Metadata">The rest.</param>
internal sealed record GrpcRequest(string? Encoding, bool TakesGzip, TimeSpan? Timeout, GrpcMetadata Metadata)
{
    // CancellationTokenSource's limit; nobody waits 24 days
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>When the client stops waiting.</summary>
    public DateTimeOffset? Deadline { get; } = DateTimeOffset.UtcNow + Timeout;

    /// <exception cref="GrpcException">A header cannot be obeyed.</exception>
    public static GrpcRequest Read(HttpRequest request)
    {
        var encoding = (string?)request.Headers[GrpcNames.Encoding];
        if (encoding is not (null or GrpcNames.Identity or GrpcNames.Gzip))
            throw new GrpcException(GrpcStatusCode.Unimplemented, $"messages in the encoding '{encoding}' cannot be read; send {GrpcNames.Encodings}");

        TimeSpan? timeout = null;
        if ((string?)request.Headers[GrpcNames.Timeout] is { } text)
        {
            if (!GrpcTimeout.TryParse(text, out var parsed))
                throw new GrpcException(GrpcStatusCode.InvalidArgument, $"'{text}' is no {GrpcNames.Timeout}");
            timeout = parsed < MaxTimeout ? parsed : MaxTimeout;
        }

        var metadata = new GrpcMetadata();
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values) metadata.AddReceived(name, value ?? "");
        }

        var takes = request.Headers[GrpcNames.AcceptEncoding].ToString().Split(',', StringSplitOptions.TrimEntries);
        return new(encoding, takes.Contains(GrpcNames.Gzip), timeout, metadata);
    }
}
