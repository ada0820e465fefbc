using Envoy.Service.Discovery.V3;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Tests.Xds.Server;
using Meltemi.Resources;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Hosting;

/// <summary>A service with two subsets and routes to one of them, and what a proxy does that uses it.</summary>
internal static class Cart
{
    public static readonly ResourceKey Router = new(ResourceKinds.MetaRouter, "default", "cart");

    public const string Service = """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: cart }
        spec:
          hosts: [cart.shop]
          addresses: [127.240.9.1]
          ports: [{ number: 20880, name: tcp-metaprotocol-dubbo, protocol: TCP }]
          resolution: STATIC
          endpoints: [{ address: 127.0.0.1, ports: { tcp-metaprotocol-dubbo: 20881 }, labels: { version: v1 } }]
        """;

    public const string Rule = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: cart }
        spec: { host: cart.shop, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
        """;

    public static string Routes(string subset) => $$"""
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata: { name: cart }
        spec:
          hosts: [cart.shop]
          routes: [{ name: all, route: [{ destination: { host: cart.shop, subset: {{subset}} } }] }]
        """;

    /// <summary>The status of the routes, as far as it is conditions.</summary>
    public static string Status(IResourceStore store) =>
        string.Join(", ", (store.Current.Resources.GetValueOrDefault(Router)?.Status?.Conditions ?? []).Select(condition =>
            $"{condition.Type} {condition.Holds?.ToString() ?? "unknown"}{(condition.Message.Length > 0 ? $" ({condition.Message})" : "")}"));

    public static DeltaClient Connect(GrpcChannel channel) => new(channel.Open(new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(
        "envoy.service.discovery.v3.AggregatedDiscoveryService", "DeltaAggregatedResources", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser)));

    /// <summary>Takes everything, and accepts it.</summary>
    public static async Task SubscribeAsync(DeltaClient client, string id)
    {
        await client.SendAsync(XdsTypes.Cluster, id: id);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Endpoints, [.. new[] { "", "v1", "v2" }.Select(subset => $"outbound|20880|{subset}|cart.shop")]);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Listener);
        Assert.Equal("Listener +127.240.9.1_20880", await client.NextAsync());
        await client.SendAsync(XdsTypes.Route, ["cart.shop_20880"]);
        Assert.Equal("RouteConfiguration +cart.shop_20880", await client.NextAsync());
    }
}
