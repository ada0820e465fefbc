using Envoy.Config.Core.V3;
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
/// (envoyproxy.io, "xDS REST and gRPC protocol"). And says what became of it (CSDS).
/// </summary>
public sealed class XdsServer(IXdsSource source, XdsServerOptions options, ILogger log) : IDisposable
{
    /// <summary>Who is connected.</summary>
    public XdsClients Clients { get; } = new();

    internal IXdsSource Source { get; } = source;

    internal XdsServerOptions Options { get; } = options;

    internal ILogger Log { get; } = log;

    internal Admission Admission { get; } = new(options);

    /// <summary>Puts the services on an application.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var limits = new GrpcServerOptions { MaxReceiveBytes = Options.MaxRequestBytes };
        foreach (var type in XdsTypes.InOrder.Select(string? (type) => type).Prepend(null))
        {
            var (service, what) = XdsService.Of(type);
            endpoints.MapGrpc(
                new GrpcMethod<DiscoveryRequest, DiscoveryResponse>(service, $"Stream{what}", DiscoveryRequest.Parser, DiscoveryResponse.Parser),
                call => ServeAsync(call, StateOfTheWorld(type)), limits);
            endpoints.MapGrpc(
                new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(service, $"Delta{what}", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser),
                call => ServeAsync(call, Delta(type)), limits);
        }

        new ClientStatusService(Clients).Map(endpoints, limits);
    }

    /// <inheritdoc/>
    public void Dispose() => Admission.Dispose();

    private static Dialect<DiscoveryRequest, DiscoveryResponse> StateOfTheWorld(string? onlyType) => new(
        false,
        onlyType,
        request => request.Node,
        request => request.TypeUrl = TypeOf(request.TypeUrl, onlyType),
        (view, options, send) =>
        {
            var session = new StateOfTheWorldSession(view, options, onlyType is null, send);
            return (session, session.TakeAsync);
        });

    private static Dialect<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Delta(string? onlyType) => new(
        true,
        onlyType,
        request => request.Node,
        request => request.TypeUrl = TypeOf(request.TypeUrl, onlyType),
        (view, options, send) =>
        {
            var session = new DeltaSession(view, options, onlyType is null, send);
            return (session, session.TakeAsync);
        });

    private static string TypeOf(string said, string? onlyType)
    {
        if (onlyType is not null && (said.Length == 0 || said == onlyType)) return onlyType;
        if (onlyType is not null) throw new GrpcException(GrpcStatusCode.InvalidArgument, $"this service has {onlyType}, not {said}");
        return said.Length > 0 ? said : throw new GrpcException(GrpcStatusCode.InvalidArgument, "a request needs a type_url");
    }

    private async Task ServeAsync<TRequest, TResponse>(GrpcServerCall<TRequest, TResponse> call, Dialect<TRequest, TResponse> dialect)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (!Source.IsReady) throw new GrpcException(GrpcStatusCode.Unavailable, "the controller is still reading its resources");
        try
        {
            await new XdsStream<TRequest, TResponse>(this, call, dialect).RunAsync().ConfigureAwait(false);
        }
        catch (XdsRefusedException e)
        {
            XdsServerLog.Refused(Log, call.Peer, e.Message);
            throw new GrpcException(GrpcStatusCode.InvalidArgument, e.Message);
        }
    }
}

/// <summary>What the stream has to know of a dialect.</summary>
internal sealed record Dialect<TRequest, TResponse>(
    bool IsDelta,
    string? OnlyType,
    Func<TRequest, Node?> NodeOf,
    Action<TRequest> CheckType,
    Func<IXdsView, XdsServerOptions, Func<TResponse, ValueTask>, (XdsSession Session, Func<TRequest, ValueTask> Take)> Open);

/// <summary>What the server logs.</summary>
internal static partial class XdsServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "a client at {Peer} is refused: {Reason}")]
    public static partial void Refused(ILogger log, System.Net.IPEndPoint? peer, string reason);

    [LoggerMessage(2, LogLevel.Warning, "a client at {Peer} has not read for {Seconds} s; its stream is cut")]
    public static partial void Stalled(ILogger log, System.Net.IPEndPoint? peer, double seconds);
}
