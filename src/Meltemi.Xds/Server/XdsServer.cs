using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Meltemi.Xds.Client;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Meltemi.Xds.Server;

/// <summary>
/// Serves xDS v3 from a source: aggregated (ADS) and each type by itself, state of the world and delta. Implements the xDS transport protocol
/// (envoyproxy.io, "xDS REST and gRPC protocol").
/// </summary>
public sealed class XdsServer(IXdsSource source, XdsServerOptions options, ILogger log) : IDisposable
{
    private readonly Admission _admission = new(options);

    /// <summary>Puts the services on an application.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var type in XdsTypes.InOrder.Select(string? (type) => type).Prepend(null))
        {
            var (service, what) = XdsService.Of(type);
            endpoints.MapGrpc(
                new GrpcMethod<DiscoveryRequest, DiscoveryResponse>(service, $"Stream{what}", DiscoveryRequest.Parser, DiscoveryResponse.Parser),
                call => ServeAsync(call, StateOfTheWorld(type)));
            endpoints.MapGrpc(
                new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(service, $"Delta{what}", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser),
                call => ServeAsync(call, Delta(type)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _admission.Dispose();

    private static Dialect<DiscoveryRequest, DiscoveryResponse> StateOfTheWorld(string? fixedType) => new(
        request => request.Node,
        request => request.TypeUrl = TypeOf(request.TypeUrl, fixedType),
        (view, options, send) =>
        {
            var session = new StateOfTheWorldSession(view, options, send);
            return (session, session.TakeAsync);
        });

    private static Dialect<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Delta(string? fixedType) => new(
        request => request.Node,
        request => request.TypeUrl = TypeOf(request.TypeUrl, fixedType),
        (view, options, send) =>
        {
            var session = new DeltaSession(view, options, send);
            return (session, session.TakeAsync);
        });

    private static string TypeOf(string said, string? fixedType)
    {
        if (fixedType is not null && (said.Length == 0 || said == fixedType)) return fixedType;
        if (fixedType is not null) throw new GrpcException(GrpcStatusCode.InvalidArgument, $"this service has {fixedType}, not {said}");
        return said.Length > 0 ? said : throw new GrpcException(GrpcStatusCode.InvalidArgument, "a request needs a type_url");
    }

    private async Task ServeAsync<TRequest, TResponse>(GrpcServerCall<TRequest, TResponse> call, Dialect<TRequest, TResponse> dialect)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (!source.IsReady) throw new GrpcException(GrpcStatusCode.Unavailable, "the controller is still reading its resources");
        using var turn = await _admission.WaitAsync(call.Cancel).ConfigureAwait(false)
            ?? throw new GrpcException(GrpcStatusCode.Unavailable, "too many clients connect at the same time; try again later");
        try
        {
            await new XdsStream<TRequest, TResponse>(source, options, call, dialect, turn).RunAsync().ConfigureAwait(false);
        }
        catch (XdsRefusedException e)
        {
            XdsServerLog.Refused(log, call.Peer, e.Message);
            throw new GrpcException(GrpcStatusCode.InvalidArgument, e.Message);
        }
    }
}

/// <summary>What the stream has to know of a dialect.</summary>
internal sealed record Dialect<TRequest, TResponse>(
    Func<TRequest, Envoy.Config.Core.V3.Node?> NodeOf,
    Action<TRequest> CheckType,
    Func<IXdsView, XdsServerOptions, Func<TResponse, ValueTask>, (XdsSession Session, Func<TRequest, ValueTask> Take)> Open);

/// <summary>What the server logs.</summary>
internal static partial class XdsServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "a client at {Peer} is refused: {Reason}")]
    public static partial void Refused(ILogger log, System.Net.IPEndPoint? peer, string reason);
}
