using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation.Grpc;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Translation.Grpc;

/// <summary>A mesh as a gRPC client sees it; every resource that it gets is checked against what the libraries accept.</summary>
internal sealed class GrpcMesh(string yaml, bool broken = false)
{
    public const string Host = "greeter.shop.svc.cluster.local";
    public const string Whole = $"outbound|50051||{Host}";
    public const string V1 = $"outbound|50051|v1|{Host}";
    public const string V2 = $"outbound|50051|v2|{Host}";

    public const string Greeter = $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: greeter, namespace: shop }
        spec:
          hosts: [{{Host}}]
          ports: [{ number: 50051, name: grpc, protocol: GRPC, targetPort: 6000 }]
          resolution: STATIC
          location: MESH_INTERNAL
          endpoints:
          - { address: 10.0.0.1, labels: { version: v1 }, locality: r1/z1 }
          - { address: 10.0.0.2, labels: { version: v2 }, locality: r1/z2 }
          - { address: 10.0.0.3, labels: { version: v2 }, weight: 3 }
        """;

    public const string Rule = $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: greeter, namespace: shop }
        spec:
          host: {{Host}}
          subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
        """;

    public static readonly ProxyNode Caller = new()
    {
        Id = "sidecar~127.0.0.1~caller.shop~shop.svc.cluster.local",
        Type = ProxyType.Sidecar,
        Address = "127.0.0.1",
        Name = "caller",
        Namespace = "shop",
        IsGrpc = true,
        Labels = LabelSet.From([new("app", "caller")]),
        UserAgent = "gRPC Node Pure JS 1.14.0",
    };

    public TestMesh Mesh { get; } = new(yaml, broken);

    public ProxyNode Client { get; init; } = Caller;

    public static GrpcMesh With(string service, bool broken = false) => new(string.Join("\n---\n", [Greeter, Rule, service]), broken);

    /// <summary>A VirtualService of the greeter with these HTTP routes.</summary>
    public static string VirtualService(string routes) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: greeter, namespace: shop }
        spec:
          hosts: [{{Host}}]
          http:
        {{string.Join('\n', routes.Split('\n').Select(line => "  " + line))}}
        """;

    public Listener? Listener(string name) => Get(XdsTypes.Listener, name, Envoy.Config.Listener.V3.Listener.Parser, GrpcRules.Check);

    public HttpConnectionManager Manager(string name) => Listener(name)!.ApiListener.ApiListener_.Unpack<HttpConnectionManager>();

    public RouteConfiguration? Routes() => Get(XdsTypes.Route, Whole, RouteConfiguration.Parser, GrpcRules.Check);

    /// <summary>The routes without the one that leads nowhere and ends a table in which calls could be without a route.</summary>
    public IEnumerable<Route> RouteList() => Assert.Single(Routes()!.VirtualHosts).Routes.Where(route => route.Name != "nowhere");

    public Cluster? Cluster(string name) => Get(XdsTypes.Cluster, name, Envoy.Config.Cluster.V3.Cluster.Parser, GrpcRules.Check);

    public ClusterLoadAssignment? Endpoints(string name) => Get(XdsTypes.Endpoints, name, ClusterLoadAssignment.Parser, GrpcRules.Check);

    private T? Get<T>(string type, string name, MessageParser<T> parser, Action<T> check) where T : class, IMessage<T>
    {
        var resource = GrpcGenerator.Find(type, name, Client, Mesh.View(Client.Namespace));
        if (resource is null) return null;
        Assert.Equal(name, resource.Name);
        var message = parser.ParseFrom(resource.Body);
        check(message);
        return message;
    }
}
