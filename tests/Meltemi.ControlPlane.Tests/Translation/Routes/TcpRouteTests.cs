using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;
using Listener = Envoy.Config.Listener.V3.Listener;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>Routes of connections, on their whole way to a proxy.</summary>
public class TcpRouteTests
{
    private const string Host = "db.shop.org";
    private const string Address = "127.0.0.5";

    [Fact]
    public void Connections_are_split_by_weight_and_a_change_touches_the_listener_only()
    {
        var mesh = Mesh(new TCPRoute { Route = { To("v1", 90), To("v2", 10) } });
        var proxy = mesh.Connect();

        Assert.Equal("v1 90, v2 10", Clusters(proxy));

        mesh.Put(Service(new TCPRoute { Route = { To("v2", 0) } }));

        Assert.Equal("v2", Clusters(proxy));
        Assert.Equal(["Listener"], proxy.TakeChanges());
        Assert.Contains(proxy.Current.Find(XdsTypes.Listener, $"{Address}_5432")!.Sources, source => source is ResourceKey { Kind.Name: "VirtualService" });
    }

    [Fact]
    public void The_first_route_whose_conditions_hold_for_the_clients_is_taken()
    {
        var mesh = Mesh(
            new TCPRoute { Match = { new L4MatchAttributes { Port = 1 } }, Route = { To("v2") } },
            new TCPRoute { Match = { new L4MatchAttributes { SourceNamespace = "bank" } }, Route = { To("v2") } },
            new TCPRoute { Match = { new L4MatchAttributes { Gateways = { "edge" } } }, Route = { To("v2") } },
            new TCPRoute { Match = { new L4MatchAttributes { DestinationSubnets = { "10.0.0.0/8" } } }, Route = { To("v2") } },
            new TCPRoute { Match = { new L4MatchAttributes { SourceSubnet = "0.0.0.0/0" } }, Route = { To("v2") } },
            new TCPRoute { Match = { new L4MatchAttributes { SourceLabels = { ["app"] = "canary" } } }, Route = { To("v2") } },
            new TCPRoute { Match = { new L4MatchAttributes { Port = 5432, DestinationSubnets = { "127.0.0.0/8" } } }, Route = { To("v1") } });

        Assert.Equal("v1", Clusters(mesh.Connect()));
        Assert.Equal("v2", Clusters(mesh.Connect(ip: "10.9.0.2", labels: [("app", "canary")])));
    }

    [Fact]
    public void When_no_route_matches_connections_go_to_the_service()
    {
        var mesh = Mesh(new TCPRoute { Match = { new L4MatchAttributes { Port = 1 } }, Route = { To("v2") } });

        Assert.Equal("", Clusters(mesh.Connect()));
    }

    [Fact]
    public void The_status_says_what_does_not_exist_and_what_is_not_looked_at()
    {
        var service = Service(
            new TCPRoute { Match = { new L4MatchAttributes { SourceSubnet = "10.0.0.0/8" } }, Route = { To("v1") } }, new TCPRoute { Route = { To("v9") } });
        var mesh = Mesh().Put(service);

        Assert.Equal(["spec.tcp[1].route[0].destination.subset", "spec.tcp[0].match[0].sourceSubnet"], mesh.ProblemsOf(service).Select(problem => problem.Path));
    }

    private static TestMesh Mesh(params TCPRoute[] routes) => new TestMesh().Put(
        Given.Service(Host, port: "tcp-db", number: 5432, with: entry => entry.Addresses.Add(Address)), Given.Rule(Host, subsets: ["v1", "v2"]), Service(routes));

    private static Resource Service(params TCPRoute[] routes)
    {
        var service = new VirtualService { Hosts = { Host } };
        service.Tcp.AddRange(routes);
        return Given.Of(ResourceKinds.VirtualService, "shop", "db", service);
    }

    private static RouteDestination To(string subset, int weight = 0) => new() { Destination = new() { Host = Host, Subset = subset }, Weight = weight };

    /// <summary>Subsets and weights that a client's connections go to.</summary>
    private static string Clusters(TestProxy proxy)
    {
        var listener = proxy.Get<Listener>(XdsTypes.Listener, $"{Address}_5432");
        var tcp = listener.FilterChains[0].Filters[0].TypedConfig.Unpack<TcpProxy>();
        return tcp.WeightedClusters is { } weighted
            ? string.Join(", ", weighted.Clusters.Select(cluster => $"{cluster.Name.Split('|')[2]} {cluster.Weight}"))
            : tcp.Cluster.Split('|')[2];
    }
}
