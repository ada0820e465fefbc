using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;
using Meltemi.Tests.Support;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

public class CircuitBreakerTests
{
    [Fact]
    public void Each_priority_has_its_own_bounds()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Kernel.Serve();
        var urgent = new RouteConfig
        {
            Name = "urgent",
            Clusters = [new("main", 1)],
            HighPriority = true,
            Match = [new("command", new ExactMatch("urgent"))],
        };
        mesh.Apply([urgent, Route()], [Cluster("main", [server], cluster => cluster with
        {
            Limits = new() { MaxRequests = 2, TrackRemaining = true },
            HighLimits = new() { MaxRequests = 1, TrackRemaining = true },
        })]);
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4, "urgent"), Request(5, "urgent"));

        Assert.Equal([3u, 5u], mesh.Received(client).Select(answer => answer.Id));
        Assert.Equal((0, 1), (Gauge("default.remaining_rq"), Gauge("default.rq_open")));
        Assert.Equal((0, 1), (Gauge("high.remaining_rq"), Gauge("high.rq_open")));
        var upstream = server.Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Equal((2, 0), (Gauge("default.remaining_rq"), Gauge("default.rq_open")));
        Assert.Equal((1, 0), (Gauge("high.remaining_rq"), Gauge("high.rq_open")));
        Assert.Equal(1023, Gauge("default.remaining_cx"));

        long Gauge(string name) => mesh.Figure($"cluster.main.circuit_breakers.{name}");
    }

    [Fact]
    public void What_remains_is_told_only_if_it_is_asked_for()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        mesh.Send(mesh.Client(), Request(1));
        Assert.Equal(0, mesh.Figure("cluster.main.circuit_breakers.default.cx_open"));
        Assert.Null(mesh.Proxy.Metrics.FindFigure("cluster.main.circuit_breakers.default.remaining_cx"));
        server.Accept().Reset();
    }

    [Fact]
    public void An_endpoint_gets_no_more_connections_than_are_allowed_for_each()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(
            servers: 2, cluster: cluster => cluster with { MaxConnectionsPerEndpoint = 1 }, chain: chain => chain with { PoolMode = PoolMode.OneAtATime });
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4));
        Assert.All(servers, server => Assert.Single(server.Accepted));
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_cx_overflow"));
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_rq_pending_active"));

        foreach (var server in servers)
        {
            var upstream = server.Accept();
            mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
            mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        }

        Assert.Equal(4, mesh.Received(client).Count);
    }

    [Theory]
    [InlineData(PoolMode.Multiplexed)]
    [InlineData(PoolMode.OneAtATime)]
    public void Each_endpoint_may_have_one_connection_however_few_the_cluster_may(PoolMode mode)
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(servers: 3, cluster: cluster => cluster with { Limits = new() { MaxConnections = 1 } }, chain: chain => chain with { PoolMode = mode });
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4), Request(5), Request(6));
        Assert.All(servers, server => Assert.Single(server.Accepted));
        Assert.Equal(1, mesh.Figure("cluster.main.circuit_breakers.default.cx_open"));

        foreach (var server in servers)
        {
            var upstream = server.Accept();
            while (mesh.Received(upstream) is { Count: > 0 } requests) mesh.Send(upstream, requests.Select(request => Answer(request)).ToArray());
            upstream.Reset();
        }

        Assert.Equal(6, mesh.Received(client).Count);
        Assert.Equal((0, 0), (mesh.Figure("cluster.main.circuit_breakers.default.cx_open"), mesh.Figure("cluster.main.upstream_cx_active")));
    }

    [Fact]
    public async Task Retries_of_many_loops_never_exceed_the_bound()
    {
        var budget = new RetryBudget(new LimitsConfig { MaxRetries = 5 }, new Budget(100, 4));
        var (active, most, taken) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (!budget.TryTake()) continue;
                var now = Interlocked.Increment(ref active);
                InterlockedMax(ref most, now);
                Interlocked.Increment(ref taken);
                Interlocked.Decrement(ref active);
                budget.Return();
            }
        })));
        Assert.InRange(most, 1, 5);
        Assert.True(taken > 0);
        Assert.Equal(0, budget.Active);
    }

    [Fact]
    public void A_share_of_the_requests_in_flight_counts_those_of_all_loops()
    {
        var requests = new Budget(1000, 2);
        var (one, two) = (requests.ForLoop(), requests.ForLoop());
        var budget = new RetryBudget(new LimitsConfig { RetryBudget = new(20, 3) }, requests);
        Assert.Equal(3, budget.Limit);
        for (var i = 0; i < 20; i++) Assert.True(one.TryTake() && two.TryTake());
        Assert.Equal(8, budget.Limit);
        Assert.Equal((40, 960), (requests.InUse, requests.Remaining));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var now && now != seen) seen = now;
    }
}
