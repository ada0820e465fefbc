using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Listener.V3;
using Envoy.Service.Discovery.V3;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Bench.ControlPlane;

/// <summary>
/// A proxy that speaks delta ADS over a connection of its own: it asks for all clusters and listeners, for the endpoints of each cluster and the routes of each
/// listener, and accepts everything at once.
/// </summary>
internal sealed class AdsProxy(Uri address, int proxy) : IDisposable
{
    private static readonly GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Method = new(
        "envoy.service.discovery.v3.AggregatedDiscoveryService", "DeltaAggregatedResources", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser);

    private readonly GrpcChannel _channel = new(address, new() { ConnectTimeout = TimeSpan.FromSeconds(60) });
    private readonly HashSet<string> _endpoints = new(StringComparer.Ordinal);
    private readonly HashSet<string> _routes = new(StringComparer.Ordinal);

    /// <summary>Responses so far, of all proxies.</summary>
    public static long Responses => Interlocked.Read(ref _responses);

    private static long _responses;

    /// <summary>Follows one stream until it ends; a controller that is too busy is asked again.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (GrpcException e) when (e.StatusCode == GrpcStatusCode.Unavailable)
            {
                // As a proxy would: with a pause that spreads them.
                await Task.Delay(100 + Random.Shared.Next(400), CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private async Task FollowAsync(CancellationToken cancel)
    {
        _endpoints.Clear();
        _routes.Clear();
        using var call = _channel.Open(Method, cancel: cancel);
        await call.WriteAsync(new() { Node = Scenario.NodeOf(proxy), TypeUrl = XdsTypes.Cluster }, cancel);
        await call.WriteAsync(new() { TypeUrl = XdsTypes.Listener }, cancel);
        while (await call.ReadAsync(cancel) is { } response)
        {
            Interlocked.Increment(ref _responses);
            await call.WriteAsync(new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }, cancel);
            if (response.TypeUrl == XdsTypes.Cluster)
                await SubscribeAsync(call, XdsTypes.Endpoints, response.Resources.Select(resource => resource.Name), _endpoints, cancel);
            else if (response.TypeUrl == XdsTypes.Listener)
                await SubscribeAsync(call, XdsTypes.Route, response.Resources.Select(RouteOf), _routes, cancel);
        }
    }

    private static async Task SubscribeAsync(
        GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, string type, IEnumerable<string> names, HashSet<string> known, CancellationToken cancel)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = type };
        request.ResourceNamesSubscribe.AddRange(names.Where(known.Add));
        if (request.ResourceNamesSubscribe.Count > 0) await call.WriteAsync(request, cancel);
    }

    private static string RouteOf(Resource resource) =>
        Listener.Parser.ParseFrom(resource.Resource_.Value).FilterChains[0].Filters[0].TypedConfig.Unpack<MetaProtocolProxy>().Rds.RouteConfigName;
}
