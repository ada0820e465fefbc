using Google.Protobuf;

namespace Meltemi.Xds.Grpc;

/// <summary>A method of a service; whether one or many messages go either way is up to how it is called.</summary>
/// <param name="Service">Full name such as <c>envoy.service.discovery.v3.AggregatedDiscoveryService</c>.</param>
/// <param name="Name">Its name in the service.</param>
/// <param name="RequestParser">Of what the client sends.</param>
/// <param name="ResponseParser">Of what the server sends.</param>
public sealed record GrpcMethod<TRequest, TResponse>(
    string Service, string Name, MessageParser<TRequest> RequestParser, MessageParser<TResponse> ResponseParser)
    where TRequest : IMessage<TRequest>
    where TResponse : IMessage<TResponse>
{
    /// <summary>The HTTP path: <c>/service/name</c>.</summary>
    public string Path => $"/{Service}/{Name}";
}
