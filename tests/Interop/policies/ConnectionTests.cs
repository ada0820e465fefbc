using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>How endpoints and connections come and go.</summary>
public sealed class ConnectionTests
{
    [PolicyTheory, EachProtocol]
    public async Task An_endpoint_that_leaves_gets_no_new_calls_and_its_last_ones_are_answered(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var cluster = Mesh.Cluster("main", [.. servers.Addresses.Take(2)]);
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main") with { Timeout = TimeSpan.Zero }], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        var held = Enumerable.Range(1, 4).Select(on => client.ResultAsync("hold", "removal", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 4);

        mesh.SetClusters(cluster with { Endpoints = cluster.Endpoints[1..] });
        Assert.Equal("b", Assert.Single(await client.TallyAsync("who", 20, on: 5)).Key);
        Assert.All(held, call => Assert.False(call.IsCompleted));

        await servers.WriteAsync("release removal");
        await Task.WhenAll(held);
        Assert.Equal(0, mesh.Figure("cluster.main.upstream_cx_destroy_with_active_rq"));
        await Safety.Until(() => !mesh.Prometheus().Contains($"{servers.Addresses[0]}", StringComparison.Ordinal), mesh.Prometheus);
    }

    [PolicyTheory, EachProtocol]
    public async Task A_connection_is_replaced_after_so_many_calls_and_none_of_them_is_lost(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var cluster = Mesh.Cluster("main", servers.Address) with { ConnectionLife = new() { MaxRequests = 10 } };
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Mesh.Route("main")], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal(200, (await client.TallyAsync("who", 200))["a"]);

        Assert.InRange(mesh.Figure("cluster.main.upstream_cx_max_requests"), 200 / 10 - 1, 200 / 9 + 1);
        await Safety.Until(() => mesh.Figure("cluster.main.upstream_cx_active") <= 1, mesh.Prometheus);
        Assert.Equal(0, mesh.Figure("cluster.main.upstream_cx_destroy_with_active_rq"));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_connection_is_replaced_by_its_age_and_closes_when_its_calls_are_answered(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var cluster = Mesh.Cluster("main", servers.Address) with { ConnectionLife = new() { MaxDuration = TimeSpan.FromMilliseconds(50) } };
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Mesh.Route("main") with { Timeout = TimeSpan.Zero }], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        var held = client.ResultAsync("hold", "age", 1);

        await mesh.FigureAsync("cluster.main.upstream_cx_max_duration_reached", 1);
        Assert.Equal("a", await client.ResultAsync("who", on: 2));
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_cx_total"));
        Assert.False(held.IsCompleted);

        await servers.WriteAsync("release age");
        await held;
        await mesh.FigureAsync("cluster.main.upstream_cx_active", 0);
        Assert.Equal(0, mesh.Figure("cluster.main.upstream_cx_destroy_with_active_rq"));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_server_that_comes_back_begins_with_a_small_share(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var cold = await protocol.ServeAsync("cold");
        var cluster = Mesh.Cluster("main", servers.Address) with
        {
            Balancer = new() { SlowStart = new() { Window = TimeSpan.FromHours(1), MinWeightPercent = 10 } },
        };
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Mesh.Route("main")], [cluster]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        Assert.Equal("a", await client.ResultAsync("who"));

        // One part in eleven as long as an hour has just begun.
        mesh.SetClusters(cluster with { Endpoints = [.. cluster.Endpoints, new() { Address = cold.Address }] });
        var shares = await client.TallyAsync("who", 220);
        Assert.Equal(220, shares.Values.Sum());
        Assert.InRange(shares["cold"], 15, 25);

        // Without the window it has its half.
        mesh.SetClusters(cluster with { Balancer = new(), Endpoints = [.. cluster.Endpoints, new() { Address = cold.Address }] });
        Assert.InRange((await client.TallyAsync("who", 220))["cold"], 109, 111);
    }
}
