using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Which endpoints get the calls: by subset, by priority and by place.</summary>
public sealed class PlaceTests
{
    [PolicyTheory, EachProtocol]
    public async Task A_route_reaches_the_endpoints_whose_metadata_it_names_or_falls_back(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        RouteConfig To(string user, string cluster, string version) =>
            Mesh.Route(cluster, ("user", user)) with { Clusters = [new(cluster, 1) { Subset = Version(version) }] };
        ClusterConfig Grouped(string name, SubsetsConfig subsets) => Mesh.Cluster(name) with
        {
            Endpoints = [.. servers.Addresses.Select((address, i) => new EndpointConfig { Address = address, Metadata = Version(i == 0 ? "v1" : "v2") })],
            Balancer = new() { Subsets = subsets with { Selectors = [new() { Keys = ["version"] }] } },
        };
        using var mesh = new Mesh(
            protocol.Codec(),
            [To("one", "any", "v1"), To("two", "any", "v2"), To("three", "any", "v3"), To("four", "default", "v3"), To("five", "none", "v3")],
            [
                Grouped("any", new() { Fallback = SubsetFallback.Any }), Grouped("none", new()),
                Grouped("default", new() { Fallback = SubsetFallback.Default, Default = Version("v1") }),
            ]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        async Task<string[]> WhoAsync(string user) => [.. (await client.TallyAsync("who", 12, headers: ("user", user))).Keys.Order()];
        Assert.Equal(["a"], await WhoAsync("one"));
        Assert.Equal(["b", "c"], await WhoAsync("two"));
        Assert.Equal(["a", "b", "c"], await WhoAsync("three"));
        Assert.Equal(["a"], await WhoAsync("four"));
        Assert.Equal(["meltemi: no healthy endpoint in cluster 'none' (UH)"], await WhoAsync("five"));
        Assert.Equal((24, 12), (mesh.Figure("cluster.any.lb_subsets_selected"), mesh.Figure("cluster.any.lb_subsets_fallback")));
    }

    [PolicyTheory, EachProtocol]
    public async Task When_the_near_place_dies_the_far_one_takes_over_until_it_is_back(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var near = await protocol.ServeAsync("near");
        var cluster = Mesh.Cluster("main") with
        {
            Endpoints =
            [
                new() { Address = near.Address, Place = new(new("here", "a")) },
                new() { Address = servers.Address, Place = new(new("there", "b"), Priority: 1) },
            ],
            HealthCheck = new()
            {
                Probe = new TcpProbeConfig("", []),
                Timeout = TimeSpan.FromSeconds(10),
                Interval = TimeSpan.FromMilliseconds(20),
                NoTrafficInterval = TimeSpan.FromMilliseconds(20),
                UnhealthyThreshold = 1,
                HealthyThreshold = 1,
            },
        };
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main")], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        await mesh.FigureAsync("cluster.main.health_check.healthy", 2);
        Assert.Equal("near", Assert.Single(await client.TallyAsync("who", 10)).Key);

        await near.KillAsync();
        await mesh.FigureAsync("cluster.main.health_check.healthy", 1);
        Assert.Equal("a", Assert.Single(await client.TallyAsync("who", 10)).Key);

        await using var back = await protocol.ServeAsync("back", near.Address.Port);
        await mesh.FigureAsync("cluster.main.health_check.healthy", 2);
        Assert.Equal("back", Assert.Single(await client.TallyAsync("who", 10)).Key);
    }

    [PolicyTheory, EachProtocol]
    public async Task Calls_themselves_find_out_that_the_near_place_fails(Protocol protocol)
    {
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var cluster = Mesh.Cluster("main") with
        {
            Endpoints =
            [
                new() { Address = places.Refusing, Place = new(new("here", "a")) },
                new() { Address = servers.Address, Place = new(new("there", "b"), Priority: 1) },
            ],
            Outliers = OutlierTests.Eager,
        };
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main")], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Contains("cannot connect", await client.ErrorAsync("who"));
        Assert.Equal("a", Assert.Single(await client.TallyAsync("who", 10)).Key);
        Assert.Equal(1, mesh.Figure("cluster.main.outlier_detection.ejections_active"));
    }

    [PolicyTheory, EachProtocol]
    public async Task Places_share_by_weight_and_the_own_place_keeps_what_it_can_bear(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        ClusterConfig Placed(string name, LocalityPolicyConfig policy, params uint[] weights) => Mesh.Cluster(name) with
        {
            Endpoints = [.. weights.Select((weight, i) => new EndpointConfig { Address = servers.Addresses[i], Place = new(new("eu", $"zone-{i}"), 0, weight) })],
            Balancer = new() { Localities = policy },
        };

        // As many proxies as servers in each zone: all can stay where they are.
        var proxies = Mesh.Cluster("proxies") with
        {
            Endpoints = [.. servers.Addresses.Select((address, i) => new EndpointConfig { Address = address, Place = new(new("eu", $"zone-{i}")) })],
        };
        using var mesh = Mesh.At(
            new() { Locality = new("eu", "zone-1"), LocalCluster = "proxies" },
            protocol.Codec(), [Mesh.Route("zones", ("user", "zones")), Mesh.Route("weights")],
            [proxies, Placed("zones", new ZoneAware(MinClusterSize: 3), 0, 0, 0), Placed("weights", new WeightedLocalities(), 1, 3)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal("b", Assert.Single(await client.TallyAsync("who", 20, headers: ("user", "zones"))).Key);
        Assert.Equal(20, mesh.Figure("cluster.zones.lb_zone_routing_all_directly"));
        var shares = await client.TallyAsync("who", 400); // By chance, with a deviation of 9.
        Assert.Equal(400, shares["a"] + shares["b"]);
        Assert.InRange(shares["a"], 55, 145);
    }

    private static LbMetadata Version(string version) => new([new("version", version)]);
}
