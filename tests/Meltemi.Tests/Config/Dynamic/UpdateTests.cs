using System.Net;
using Envoy.Config.Endpoint.V3;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Xds.Server;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>What changes under traffic, and what does not.</summary>
public class UpdateTests
{
    private const int Port = 9000;

    [Fact]
    public void Other_routes_reach_the_clients_that_are_there()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address), StaticCluster("two", two.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        var client = mesh.Client(Port)!;
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "a", one, two));

        mesh.Give(RoutesOf("routes", "b=two", "one"));
        Assert.Equal(PortOf(two.Address), mesh.Ask(client, "b", one, two));
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "a", one, two));
        Assert.Single(one.Accepted);
        Assert.False(client.IsEnded);
    }

    [Fact]
    public void Listeners_that_share_routes_change_together()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address), StaticCluster("two", two.Address));
        mesh.Give(ListenerOf("a", Port, "routes"), ListenerOf("b", Port + 1, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        mesh.Give(RoutesOf("routes", "two"));
        Assert.Equal(PortOf(two.Address), mesh.Ask(mesh.Client(Port)!, "x", one, two));
        Assert.Equal(PortOf(two.Address), mesh.Ask(mesh.Client(Port + 1)!, "x", one, two));

        mesh.Remove(XdsTypes.Listener, "a");
        Assert.Contains((XdsTypes.Route, "routes"), mesh.Ads.Names);
        mesh.Remove(XdsTypes.Listener, "b");
        Assert.Empty(mesh.Ads.Names);
        Assert.Null(mesh.Client(Port));
    }

    [Fact]
    public void Endpoints_touch_their_cluster_and_nothing_else()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(EdsCluster("a"), EdsCluster("b"));
        mesh.Give(EndpointsOf("a", one.Address), EndpointsOf("b", one.Address));
        var (a, b) = (Cluster(mesh, "a"), Cluster(mesh, "b"));
        var untouched = b.Endpoints;
        mesh.Give(EndpointsOf("a", one.Address, two.Address));

        Assert.Equal(2, a.Endpoints.Endpoints.Length);
        Assert.Same(a, Cluster(mesh, "a"));
        Assert.Same(untouched, Cluster(mesh, "b").Endpoints);
    }

    [Fact]
    public void Clusters_may_share_endpoints_under_a_name_of_their_own()
    {
        using var mesh = new DynamicMesh().Start();
        var shared = "eds_cluster_config: { eds_config: { ads: {} }, service_name: shared }";
        mesh.Give(
            Yaml(XdsTypes.Cluster, "a", $"{{ name: a, type: EDS, {shared} }}"),
            Yaml(XdsTypes.Cluster, "b", $"{{ name: b, type: EDS, {shared} }}"));
        mesh.Give(EndpointsOf("shared", mesh.Kernel.Serve().Address));
        Assert.Single(Cluster(mesh, "a").Endpoints.Endpoints);
        Assert.Single(Cluster(mesh, "b").Endpoints.Endpoints);

        mesh.Remove(XdsTypes.Cluster, "a");
        Assert.Equal([(XdsTypes.Endpoints, "shared")], mesh.Ads.Names);
        mesh.Give(Yaml(XdsTypes.Cluster, "c", $"{{ name: c, type: EDS, {shared} }}"));
        Assert.Single(Cluster(mesh, "c").Endpoints.Endpoints);
        mesh.Remove(XdsTypes.Cluster, "b", "c");
        Assert.Empty(mesh.Ads.Names);
    }

    [Fact]
    public void A_removed_cluster_leaves_when_no_route_names_it()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        var client = mesh.Client(Port)!;
        mesh.Remove(XdsTypes.Cluster, "one");
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "x", one));

        mesh.Give(StaticCluster("two", two.Address));
        mesh.Give(RoutesOf("routes", "two"));
        Assert.Equal(["two"], mesh.Proxy.Clusters.Select(cluster => cluster.Name));
    }

    [Fact]
    public void Priorities_localities_weights_and_health_are_heeded()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(EdsCluster("c"));
        mesh.Give(Assignment(first: "UNHEALTHY"));
        var set = Cluster(mesh, "c").Endpoints;
        Assert.Equal(["10.0.0.1:1", "10.0.1.1:1", "10.0.1.2:1", "10.0.1.3:1"], set.Endpoints.Select(endpoint => endpoint.Name));
        Assert.Equal(
            [PlaceConfig.Nowhere, new(new("", "a"), 1, 3), new(new("", "a"), 1, 3), new(new("", "b"), 1, 1)],
            set.Endpoints.Select(endpoint => endpoint.Place));
        Assert.Equal([true, false, true, false], set.Endpoints.Select(endpoint => endpoint.Unavailable));

        mesh.Give(Assignment(first: "HEALTHY"));
        Assert.Equal([false, false, true, false], Cluster(mesh, "c").Endpoints.Endpoints.Select(endpoint => endpoint.Unavailable));

        static XdsResource Assignment(string first) => Yaml(XdsTypes.Endpoints, "c", $$"""
            cluster_name: c
            endpoints:
            - priority: 0
              lb_endpoints: { endpoint: {{At("10.0.0.1")}}, health_status: {{first}} }
            - priority: 1
              load_balancing_weight: 3
              locality: { zone: a }
              lb_endpoints: [{ endpoint: {{At("10.0.1.1")}} }, { endpoint: {{At("10.0.1.2")}}, health_status: DRAINING }]
            - priority: 1
              load_balancing_weight: 1
              locality: { zone: b }
              lb_endpoints: { endpoint: {{At("10.0.1.3")}}, load_balancing_weight: 7 }
            """);

        static string At(string ip) => $"{{ address: {{ socket_address: {{ address: {ip}, port_value: 1 }} }} }}";
    }

    [Fact]
    public void What_a_change_of_endpoints_costs_does_not_depend_on_how_many_clusters_there_are()
    {
        // Allocated bytes stand for work: they are the same on every machine.
        var (few, many) = (Cost(10), Cost(10_000));
        Assert.InRange(many, 0, few * 1.2);

        static double Cost(int clusters)
        {
            using var mesh = new DynamicMesh().Start();
            mesh.Give([.. Enumerable.Range(0, clusters).Select(i => Cheap($"c{i}"))]);
            mesh.Give([.. Enumerable.Range(0, clusters).Select(i => XdsResource.Create(XdsTypes.Endpoints, $"c{i}", new ClusterLoadAssignment()))]);
            Assert.Equal(clusters, mesh.Proxy.Clusters.Count);
            XdsResource[] updates = [.. Enumerable.Range(0, 20).Select(i => EndpointsOf("c5", new IPEndPoint(IPAddress.Loopback, 10 + i)))];
            var before = 0L;
            for (var i = 0; i < updates.Length; i++)
            {
                if (i == 10) before = GC.GetAllocatedBytesForCurrentThread();
                mesh.Give(updates[i]);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static XdsResource Cheap(string name) => XdsResource.Create(XdsTypes.Cluster, name, new Envoy.Config.Cluster.V3.Cluster
    {
        Name = name,
        Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new() { EdsConfig = new() { Ads = new() } },
    });

    [Fact]
    public void Figures_have_envoys_names()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Ads.Connect();
        mesh.Give(StaticCluster("one", mesh.Kernel.Serve().Address), EdsCluster("two"));
        mesh.Push(ListenerOf("front", Port, "routes"), Yaml(XdsTypes.Listener, "bad", "name: bad", broken: true));
        mesh.Give(RoutesOf("routes", "one"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("control_plane.connected_state"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("cluster_manager.cds.update_success"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("cluster_manager.active_clusters"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("cluster_manager.warming_clusters"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("listener_manager.lds.update_rejected"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("listener_manager.total_listeners_active"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("listener_manager.listener_added"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("rds.update_success"));
        mesh.Ads.Disconnect();
        Assert.Equal(0, mesh.Proxy.Metrics.Figure("control_plane.connected_state"));
        Assert.Equal(1, mesh.Proxy.Metrics.Figure("eds.update_failure"));
    }

    private static Meltemi.Proxy.Outbound.Cluster Cluster(DynamicMesh mesh, string name) => mesh.Proxy.Clusters.Single(cluster => cluster.Name == name);

    private static string PortOf(EndPoint address) => $"{((IPEndPoint)address).Port}";
}
