using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Meltemi.Xds.Grpc.Server;

/// <summary>A call as its handler sees it. One may write while another reads; neither may be done twice at a time.</summary>
public sealed class GrpcServerCall<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly GrpcMessageReader<TRequest> _reader;
    private readonly GrpcMessageWriter _writer;
    private bool _started;

    internal GrpcServerCall(HttpContext http, GrpcMethod<TRequest, TResponse> method, GrpcServerOptions options, GrpcRequest request, CancellationToken cancel)
    {
        (Http, Metadata, Deadline, Cancel) = (http, request.Metadata, request.Deadline, cancel);
        _reader = new(http.Request.Body, request.Encoding, options.MaxReceiveBytes, method.RequestParser);
        var gzipFrom = request.TakesGzip && options.GzipFromBytes is { } bytes ? bytes : int.MaxValue;
        if (gzipFrom < int.MaxValue) http.Response.Headers[GrpcNames.Encoding] = GrpcNames.Gzip;
        _writer = new(http.Response.BodyWriter, gzipFrom, options.MaxSendBytes);
    }

    /// <summary>Fires when the client has gone or cancelled, or the deadline has passed.</summary>
    public CancellationToken Cancel { get; }

    /// <summary>When the client stops waiting; null: never.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>What the client sent as headers.</summary>
    public GrpcMetadata Metadata { get; }

    /// <summary>Sent before the first message.</summary>
    public GrpcMetadata Headers { get; } = [];

    /// <summary>Sent with the status.</summary>
    public GrpcMetadata Trailers { get; } = [];

    /// <summary>Where the client is; null if it is not on a network.</summary>
    public IPEndPoint? Peer => Http.Connection.RemoteIpAddress is { } address ? new(address, Http.Connection.RemotePort) : null;

    /// <summary>The request below, for what is not gRPC's, such as the client's certificate.</summary>
    public HttpContext Http { get; }

    /// <summary>The next message; null: the client sends no more.</summary>
    public ValueTask<TRequest?> ReadAsync() => _reader.ReadAsync(Cancel);

    /// <summary>Sends a message; completes when it is on its way but for what a window's worth of buffer holds.</summary>
    public ValueTask WriteAsync(TResponse message)
    {
        Start();
        return _writer.WriteAsync(message, Cancel);
    }

    /// <summary>Sends the headers at once, for calls whose first message may come late.</summary>
    public async Task WriteHeadersAsync()
    {
        Start();
        await Http.Response.BodyWriter.FlushAsync(Cancel).ConfigureAwait(false);
    }

    /// <summary>Ends the call without a status, whatever is buffered for a client that does not read.</summary>
    public void Abort() => Http.Abort();

    private void Start()
    {
        if (_started) return;
        _started = true;
        foreach (var (name, value) in Headers) Http.Response.Headers.Append(name, value);
    }
}
