using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;

namespace Meltemi.Xds.Client;

/// <summary>A server at an address. Each stream has a connection of its own, so that names are resolved anew after a failure.</summary>
public sealed class GrpcConnector(Uri address, GrpcChannelOptions options) : IXdsConnector
{
    /// <summary>
    /// How long a stream may be silent before the server is asked for a sign of life. Istio and Envoy ask as often; it finds a server that hangs, and
    /// a network that lost the connection, within a minute.
    /// </summary>
    public static TimeSpan KeepAliveDelay { get; } = TimeSpan.FromSeconds(30);

    /// <summary>A whole mesh's clusters in the state of the world can be one message: 50,000 of 1.1 kB.</summary>
    private const int MaxResponseBytes = 64 * 1024 * 1024;

    /// <summary>A server with the usual options.</summary>
    public GrpcConnector(Uri address)
        : this(address, new() { KeepAliveDelay = KeepAliveDelay, MaxReceiveBytes = MaxResponseBytes })
    {
    }

    /// <inheritdoc/>
    public string Name => $"{address.Host}:{address.Port}";

    /// <inheritdoc/>
    public IXdsStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> OpenDelta(string? type, CancellationToken cancel)
    {
        var (service, what) = XdsService.Of(type);
        return Open(new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(
            service, "Delta" + what, DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser), cancel);
    }

    /// <inheritdoc/>
    public IXdsStream<DiscoveryRequest, DiscoveryResponse> OpenStateOfTheWorld(string? type, CancellationToken cancel)
    {
        var (service, what) = XdsService.Of(type);
        return Open(new GrpcMethod<DiscoveryRequest, DiscoveryResponse>(
            service, "Stream" + what, DiscoveryRequest.Parser, DiscoveryResponse.Parser), cancel);
    }

    private Call<TRequest, TResponse> Open<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var channel = new GrpcChannel(address, options);
        return new(channel, channel.Open(method, cancel: cancel));
    }

    private sealed class Call<TRequest, TResponse>(GrpcChannel channel, GrpcCall<TRequest, TResponse> call) : IXdsStream<TRequest, TResponse>
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        public Task SendAsync(TRequest request, CancellationToken cancel) => call.WriteAsync(request, cancel);

        public ValueTask<TResponse?> ReceiveAsync(CancellationToken cancel) => call.ReadAsync(cancel);

        public void Dispose()
        {
            call.Dispose();
            channel.Dispose();
        }
    }
}
