using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Calls that servers hold back reach each bound in turn; what exceeds it is refused at once, and passes when there is room again.</summary>
public sealed class CircuitBreakerTests
{
    private static readonly RouteConfig Patient = Mesh.Route("main") with { Timeout = TimeSpan.Zero };

    [PolicyTheory, EachProtocol]
    public async Task Requests_in_flight_are_bound_over_all_loops(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        using var mesh = new Mesh(
            protocol.Codec(), [Patient], [Mesh.Cluster("main", servers.Address) with { Limits = new() { MaxRequests = 3, TrackRemaining = true } }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var held = Enumerable.Range(1, 3).Select(on => client.ResultAsync("hold", "requests", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 3);
        for (var on = 4; on <= 8; on++) Refused(await client.ErrorAsync("who", on: on));

        Assert.Equal((1, 0, 5), (Breaker(mesh, "rq_open"), Breaker(mesh, "remaining_rq"), mesh.Figure("cluster.main.upstream_rq_pending_overflow")));
        await servers.WriteAsync("release requests");
        Assert.Equal(3, (await Task.WhenAll(held)).Length);
        Assert.Equal("a", await client.ResultAsync("who"));
        Assert.Equal((0, 3), (Breaker(mesh, "rq_open"), Breaker(mesh, "remaining_rq")));
    }

    [PolicyTheory, EachProtocol]
    public async Task Calls_of_high_priority_have_bounds_of_their_own(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var one = new LimitsConfig { MaxRequests = 1 };
        using var mesh = new Mesh(
            protocol.Codec(), [Patient with { Match = Mesh.Route("main", ("user", "gold")).Match, HighPriority = true }, Patient],
            [Mesh.Cluster("main", servers.Address) with { Limits = one, HighLimits = one }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var held = client.ResultAsync("hold", "priorities", 1);
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 1);
        Refused(await client.ErrorAsync("who", on: 2));
        Assert.Equal("a", await client.ResultAsync("who", null, 2, ("user", "gold")));
        var heldGold = client.ResultAsync("hold", "priorities", 2, ("user", "gold"));
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 2);
        Refused(await client.ErrorAsync("who", null, 3, ("user", "gold")));
        Assert.Equal((1, 1), (Breaker(mesh, "rq_open"), mesh.Figure("cluster.main.circuit_breakers.high.rq_open")));
        await servers.WriteAsync("release priorities");
        await Task.WhenAll(held, heldGold);
    }

    [PolicyTheory, EachProtocol]
    public async Task A_share_of_what_is_in_flight_may_be_tried_again(Protocol protocol)
    {
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var retry = new RetryConfig { On = ["connect-failure"], BackOffBase = TimeSpan.FromHours(1), BackOffMax = TimeSpan.FromHours(1) };
        using var mesh = new Mesh(
            protocol.Codec(), [Patient with { Match = Mesh.Route("main", ("user", "again")).Match, Retry = retry, Clusters = [new("main", 1) { Subset = Of("refusing") }] }, Patient],
            [
                Mesh.Cluster("main") with
                {
                    Endpoints = [new() { Address = places.Refusing, Metadata = Of("refusing") }, new() { Address = servers.Address, Metadata = Of("well") }],
                    Balancer = new() { Subsets = new() { Selectors = [new() { Keys = ["is"] }], Fallback = SubsetFallback.Default, Default = Of("well") } },
                    Limits = new() { RetryBudget = new(Percent: 50, MinConcurrency: 1) },
                },
            ]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        // Alone, one may wait for its second try; with two others in flight it may be two of four.
        var waiting = client.CallAsync("who", null, 1, ("user", "again"));
        await mesh.FigureAsync("cluster.main.upstream_rq_retry_backoff_exponential", 1);
        Assert.Contains("cannot connect", await client.ErrorAsync("who", null, 2, ("user", "again")));
        var held = Enumerable.Range(3, 2).Select(on => client.ResultAsync("hold", "budget", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 3);
        var alsoWaiting = client.CallAsync("who", null, 5, ("user", "again"));
        await mesh.FigureAsync("cluster.main.upstream_rq_retry_backoff_exponential", 2);
        Assert.Contains("cannot connect", await client.ErrorAsync("who", null, 6, ("user", "again")));
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_rq_retry_overflow"));
        Assert.False(waiting.IsCompleted || alsoWaiting.IsCompleted);

        await servers.WriteAsync("release budget");
        await Task.WhenAll(held);
        await client.KillAsync();
        await Assert.ThrowsAsync<IOException>(() => waiting);
        await Assert.ThrowsAsync<IOException>(() => alsoWaiting);

        static LbMetadata Of(string what) => new([new("is", what)]);
    }

    [PolicyTheory, EachProtocol]
    public async Task Where_connections_are_bound_requests_wait_for_one_and_those_who_may_wait_are_bound_too(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var limits = new LimitsConfig { MaxConnections = 2, MaxPendingRequests = 1 };
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Patient], [Mesh.Cluster("main", servers.Address) with { Limits = limits }], PoolMode.OneAtATime);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var held = Enumerable.Range(1, 2).Select(on => client.ResultAsync("hold", "connections", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_cx_active", 2);
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 2);
        var waiting = client.ResultAsync("who", on: 3);
        await mesh.FigureAsync("cluster.main.upstream_rq_pending_active", 1);
        Refused(await client.ErrorAsync("who", on: 4));

        Assert.Equal((1, 1, 0), (Breaker(mesh, "cx_open"), Breaker(mesh, "rq_pending_open"), Breaker(mesh, "rq_open")));
        Assert.False(waiting.IsCompleted);
        await servers.WriteAsync("release connections");
        Assert.Equal("a", await waiting);
        await Task.WhenAll(held);
        Assert.Equal("a", await client.ResultAsync("who", on: 4));
        Assert.Equal((2, 0), (mesh.Figure("cluster.main.upstream_cx_total"), Breaker(mesh, "rq_pending_open")));
    }

    [PolicyTheory, EachProtocol]
    public async Task However_few_connections_there_may_be_no_loop_and_no_endpoint_is_left_without(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var cluster = Mesh.Cluster("main", [.. servers.Addresses]) with { Limits = new() { MaxConnections = 1 }, MaxConnectionsPerEndpoint = 1 };
        using var mesh = new Mesh(protocol.Codec(), [Patient], [cluster], PoolMode.OneAtATime);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        // With connections that meet both loops.
        for (var on = 0; on < 12; on++) Assert.Equal(["a", "b", "c"], (await client.TallyAsync("who", 12, on: on)).Keys.Order());

        Assert.InRange(mesh.Figure("cluster.main.upstream_cx_total"), 3, 3 * 2);
        Assert.Equal(1, Breaker(mesh, "cx_open"));
    }

    [PolicyTheory, EachProtocol]
    public async Task Connections_to_one_endpoint_are_bound_apart(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Patient], [Mesh.Cluster("main", [.. servers.Addresses.Take(2)]) with { MaxConnectionsPerEndpoint = 1 }], PoolMode.OneAtATime);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        // By turns: two go out, two wait behind them.
        var held = Enumerable.Range(1, 4).Select(on => client.ResultAsync("hold", "endpoints", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_rq_pending_active", 2);
        Assert.Equal((2, 2), (mesh.Figure("cluster.main.upstream_cx_total"), mesh.Figure("cluster.main.upstream_cx_overflow")));
        await servers.WriteAsync("release endpoints");
        await Task.WhenAll(held);
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_cx_total"));
    }

    [PolicyTheory, EachProtocol]
    public async Task Only_so_many_requests_are_being_tried_again(Protocol protocol)
    {
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var retry = new RetryConfig { On = ["connect-failure"], HostAttempts = 5, BackOffBase = TimeSpan.FromMilliseconds(1) };
        using var mesh = Mesh.OfOneLoop(protocol.Codec(), [Patient with { Retry = retry }],
            [Mesh.Cluster("main", places.Refusing, servers.Address) with { Limits = new() { MaxRetries = 1 } }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        // One after the other, until the second one meets the endpoint that refuses: the first is still on its way.
        var held = new List<Task<CallAnswer>>();
        while (!held.Any(call => call.IsCompleted))
        {
            var before = held.Count;
            Assert.True(before < 6, "both were tried again");
            held.Add(client.CallAsync("hold", "retries", before));
            await Safety.Until(() => held[^1].IsCompleted || Arrived(mesh) == before + 1, mesh.Prometheus);
        }

        var refused = await Assert.Single(held, call => call.IsCompleted);
        Assert.Contains("cannot connect", refused.Text);
        Assert.Equal((1, 1, 1), (mesh.Figure("cluster.main.upstream_rq_retry"), mesh.Figure("cluster.main.upstream_rq_retry_overflow"), Breaker(mesh, "rq_retry_open")));
        await servers.WriteAsync("release retries");
        Assert.Equal(held.Count - 1, (await Task.WhenAll(held)).Count(answer => answer.IsOk));
        Assert.Equal((1, 0), (mesh.Figure("cluster.main.upstream_rq_retry_success"), Breaker(mesh, "rq_retry_open")));
    }

    // Requests that are with the server: all tries but those that found nobody.
    private static long Arrived(Mesh mesh) => mesh.FigureSoFar("cluster.main.upstream_rq_total") - mesh.FigureSoFar("cluster.main.upstream_cx_connect_fail");

    private static void Refused(string error) => Assert.Contains("(UO)", error);

    private static long Breaker(Mesh mesh, string name) => mesh.Figure($"cluster.main.circuit_breakers.default.{name}");
}
