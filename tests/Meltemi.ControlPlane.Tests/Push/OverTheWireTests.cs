using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Stores;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>Store, push side and xDS server together, with a client that speaks delta ADS.</summary>
public sealed class OverTheWireTests
{
    private const string Cart = "cart.shop.org", Cluster = "outbound|20880||" + Cart;

    private static readonly GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Delta = new(
        "envoy.service.discovery.v3.AggregatedDiscoveryService", "DeltaAggregatedResources", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser);

    [Fact]
    public async Task A_change_of_endpoints_is_one_response_with_one_resource()
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        await using var store = new MemoryStore();
        await store.PutAsync(Given.Service(Cart), null, limit.Token);
        await store.PutAsync(Given.Service("pay.shop.org"), null, limit.Token);
        await using var push = new PushServer(store, new(), TimeProvider.System, FailingLog.Instance);
        push.Start();
        await push.Ready.WaitAsync(limit.Token);
        using var xds = new XdsServer(push, new(), FailingLog.Instance);
        await using var host = await GrpcHost.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), xds.Map, cancel: limit.Token);
        using var channel = new GrpcChannel(new Uri($"http://{host.EndPoint}"));
        using var call = channel.Open(Delta, cancel: limit.Token);

        await call.WriteAsync(new() { Node = new Node { Id = "sidecar~10.9.0.1~app.shop~shop.svc.cluster.local" }, TypeUrl = XdsTypes.Cluster }, limit.Token);
        Assert.Equal([Cluster, "outbound|20880||pay.shop.org"], (await NextAsync()).Order(StringComparer.Ordinal));
        await call.WriteAsync(new() { TypeUrl = XdsTypes.Endpoints, ResourceNamesSubscribe = { Cluster, "outbound|20880||pay.shop.org" } }, limit.Token);
        Assert.Equal(2, (await NextAsync()).Count);
        await call.WriteAsync(new() { TypeUrl = XdsTypes.Listener }, limit.Token);
        Assert.Equal(2, (await NextAsync()).Count);
        await call.WriteAsync(new() { TypeUrl = XdsTypes.Route, ResourceNamesSubscribe = { $"{Cart}_20880", "pay.shop.org_20880" } }, limit.Token);
        Assert.Equal(2, (await NextAsync()).Count);

        await store.PutAsync(Given.Service(Cart, endpoints: ["10.0.0.2"]), null, limit.Token);
        Assert.Equal([Cluster], await NextAsync());
        await store.PutAsync(Given.Service("pay.shop.org", endpoints: ["10.0.0.3"]), null, limit.Token);
        Assert.Equal(["outbound|20880||pay.shop.org"], await NextAsync());

        var proxy = Assert.Single(push.Proxies);
        var newest = proxy.Current.Find(XdsTypes.Endpoints, "outbound|20880||pay.shop.org")!.Version;
        await Wait.Until(() => proxy.States[XdsTypes.Endpoints].Held["outbound|20880||pay.shop.org"] == newest);

        async Task<List<string>> NextAsync()
        {
            var response = await call.ReadAsync(limit.Token) ?? throw new InvalidOperationException("the stream ended");
            await call.WriteAsync(new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }, limit.Token);
            return [.. response.Resources.Select(resource => resource.Name)];
        }
    }
}
