using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>What the algorithms look at: weights, requests in flight, latencies, hashes. A single loop, since each counts for itself.</summary>
public sealed class BalancerTests
{
    [PolicyTheory, EachProtocol]
    public async Task By_turns_each_has_its_weight(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Mesh.Route("main")], [Weighted(servers, 1, 2, 5)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var shares = await client.TallyAsync("who", 80);

        Assert.Equal((10, 20, 50), (shares["a"], shares["b"], shares["c"]));
    }

    [PolicyTheory, EachProtocol]
    public async Task The_least_busy_one_gets_the_call(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        using var mesh = Mesh.OfOneLoop(
            protocol.Codec(), [Mesh.Route("main") with { Timeout = TimeSpan.Zero }],
            [Mesh.Cluster("main", [.. servers.Addresses]) with { Balancer = new() { Kind = BalancerKind.LeastRequest, FullScan = true } }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var held = Enumerable.Range(1, 2).Select(on => client.ResultAsync("hold", "least", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 2);
        var idle = await client.ResultAsync("who");
        for (var i = 0; i < 20; i++) Assert.Equal(idle, await client.ResultAsync("who"));
        await servers.WriteAsync("release least");

        Assert.Equal(["a", "b", "c"], (await Task.WhenAll(held)).Append(idle).Order());
    }

    [PolicyTheory, EachProtocol]
    public async Task The_one_that_answers_sooner_gets_most_calls(Protocol protocol)
    {
        await using var servers = await protocol.ServeAsync("slow,quick");
        using var mesh = Mesh.OfOneLoop(
            protocol.Codec(), [Mesh.Route("main")], [Mesh.Cluster("main", [.. servers.Addresses]) with { Balancer = new() { Kind = BalancerKind.PeakEwma } }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var shares = await client.TallyAsync("who", 200);

        Assert.Equal(200, shares.Values.Sum());
        Assert.InRange(shares["quick"], 150, 199); // Each is asked at once, to know it.
    }

    [PolicyTheory, EachProtocol]
    public async Task One_hash_goes_to_one_server_until_that_has_its_part_of_what_is_in_flight(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        ClusterConfig Hashed(string name, int factor) =>
            Mesh.Cluster(name, [.. servers.Addresses]) with { Balancer = new() { Kind = BalancerKind.RingHash, HashBalanceFactor = factor } };
        RouteConfig By(string cluster, string lane) =>
            Mesh.Route(cluster, ("lane", lane)) with { HashPolicies = [new("user")], Timeout = TimeSpan.Zero };
        using var mesh = Mesh.OfOneLoop(
            protocol.Codec(), [By("free", "free"), By("bounded", "bounded")], [Hashed("free", 0), Hashed("bounded", 125)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var free = Enumerable.Range(1, 3).Select(on => client.ResultAsync("hold", "hashes", on, ("user", "ann"), ("lane", "free"))).ToArray();
        await mesh.FigureAsync("cluster.free.upstream_rq_active", 3);
        var bounded = Enumerable.Range(4, 3).Select(on => client.ResultAsync("hold", "hashes", on, ("user", "ann"), ("lane", "bounded"))).ToArray();
        await mesh.FigureAsync("cluster.bounded.upstream_rq_active", 3);
        await servers.WriteAsync("release hashes");

        Assert.Single((await Task.WhenAll(free)).Distinct());
        Assert.True((await Task.WhenAll(bounded)).Distinct().Count() > 1);
    }

    private static ClusterConfig Weighted(PeerProcess servers, params uint[] weights) => Mesh.Cluster("main") with
    {
        Endpoints = [.. servers.Addresses.Zip(weights, (address, weight) => new EndpointConfig { Address = address, Weight = weight })],
    };
}
