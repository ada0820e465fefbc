using Google.Protobuf;

namespace Meltemi.Xds.Grpc.Client;

/// <summary>
/// Calls to one server, over HTTP/2: <c>http</c> without TLS by prior knowledge, <c>https</c> with. Connects when first used, again when the
/// connection is gone, and never retries a call by itself.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly Uri _address;
    private readonly GrpcChannelOptions _options;
    private readonly HttpMessageInvoker _http;

    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
    {
        _address = address;
        _options = options ?? new();
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = _options.ConnectTimeout,
            KeepAlivePingDelay = _options.KeepAliveDelay,
            KeepAlivePingTimeout = _options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (_options.Tls is { } tls) handler.SslOptions = tls;
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>One message there, one back.</summary>
    /// <exception cref="GrpcException">It ended with another status than OK, or did not come about.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> asked for it.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options = null, CancellationToken cancel = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Open(method, options, cancel);
        await call.TryWriteLastAsync(request).ConfigureAwait(false);
        var response = await call.ReadAsync(cancel).ConfigureAwait(false)
            ?? throw new GrpcException(GrpcStatusCode.Internal, $"{method.Path} ended without an answer");
        if (await call.ReadAsync(cancel).ConfigureAwait(false) is not null)
            throw new GrpcException(GrpcStatusCode.Internal, $"{method.Path} gave more than one answer");
        return response;
    }

    /// <summary>Begins a call of any kind. It ends when it is disposed, at the latest.</summary>
    public GrpcCall<TRequest, TResponse> Open<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcCallOptions? options = null, CancellationToken cancel = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(_http, new Uri(_address, method.Path), method, _options, options ?? new(), cancel);

    /// <summary>Closes the connections; calls end as cancelled.</summary>
    public void Dispose() => _http.Dispose();
}
