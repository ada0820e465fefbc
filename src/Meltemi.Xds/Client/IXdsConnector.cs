using Envoy.Service.Discovery.V3;

namespace Meltemi.Xds.Client;

/// <summary>The way to one server.</summary>
public interface IXdsConnector
{
    /// <summary>Its address, for people.</summary>
    string Name { get; }

    /// <summary>Opens a delta stream.</summary>
    /// <param name="type">The only type on it; null: all (ADS).</param>
    /// <param name="cancel">Ends the stream.</param>
    IXdsStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> OpenDelta(string? type, CancellationToken cancel);

    /// <summary>Opens a stream of the state of the world. Parameters as of <see cref="OpenDelta"/>.</summary>
    IXdsStream<DiscoveryRequest, DiscoveryResponse> OpenStateOfTheWorld(string? type, CancellationToken cancel);
}

/// <summary>
/// A stream. One may send while another receives. How it ends otherwise than in order is told by a <see cref="Grpc.GrpcException"/> of both.
/// </summary>
public interface IXdsStream<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    /// <summary>Sends; completes when the server's window took it.</summary>
    Task SendAsync(TRequest request, CancellationToken cancel);

    /// <summary>The next response; null: the server ended the stream in order.</summary>
    ValueTask<TResponse?> ReceiveAsync(CancellationToken cancel);
}
