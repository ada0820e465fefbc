using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>Several tries at a time: the first good answer counts, and nobody hears of the others.</summary>
public class HedgeTests
{
    private static readonly RetryConfig OnTimeout = new()
    {
        On = ["5xx"],
        MaxRetries = 1,
        PerTryTimeout = TimeSpan.FromMilliseconds(100),
        HedgeOnPerTryTimeout = true,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_a_try_is_slow_another_begins_beside_it_and_the_faster_one_counts(bool firstWins)
    {
        using var mesh = new MemoryMesh(new CancellingCodec());
        var servers = Start(mesh, OnTimeout, servers: 2);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(99);
        Assert.Single(servers.SelectMany(server => server.Accepted));
        mesh.Kernel.AdvanceTime(2);
        var (first, second) = InOrder(mesh, servers);
        var (one, two) = (mesh.Received(first).Single(), mesh.Received(second).Single());

        if (firstWins) mesh.Send(first, Answer(one) with { Text = "fast" });
        else mesh.Send(second, Answer(two) with { Text = "fast" });
        var answer = Assert.Single(mesh.Received(client));
        Assert.Equal((1u, "fast"), (answer.Id, answer.Text));
        var cancelled = Assert.Single(mesh.Received(firstWins ? second : first));
        Assert.Equal(("cancel", firstWins ? two.Id : one.Id), (cancelled["command"], cancelled.Id));

        if (firstWins) mesh.Send(second, Answer(two));
        else mesh.Send(first, Answer(one));
        Assert.Empty(mesh.Received(client));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_late"));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_hedge"));
        Assert.Equal(firstWins ? 0 : 1, mesh.Figure("cluster.main.upstream_rq_hedge_success"));
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    [Fact]
    public void An_error_of_one_is_dropped_while_the_other_may_still_answer()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, OnTimeout, servers: 2);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(101);
        var (first, second) = InOrder(mesh, servers);
        mesh.Send(second, Answer(mesh.Received(second).Single(), Status.Failed));
        Assert.Empty(mesh.Received(client));
        mesh.Send(first, Answer(mesh.Received(first).Single()));
        Assert.Equal(Status.Ok, Assert.Single(mesh.Received(client)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_last_error_goes_to_the_client_when_all_have_failed(bool hedgeLast)
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, OnTimeout, servers: 2);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(101);
        var (first, second) = InOrder(mesh, servers);
        var (early, late) = hedgeLast ? (first, second) : (second, first);
        early.Reset();
        mesh.Kernel.RunUntilIdle();
        Assert.Empty(mesh.Received(client));
        mesh.Send(late, Answer(mesh.Received(late).Single(), Status.Failed) with { Text = "last" });
        Assert.Equal("last", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    [Fact]
    public void When_both_connections_break_the_client_gets_one_error()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, OnTimeout, servers: 2);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(101);
        var (first, second) = InOrder(mesh, servers);
        first.Reset();
        second.Reset();
        mesh.Kernel.RunUntilIdle();
        Assert.Contains("(UC), after 2 tries", Assert.Single(mesh.Received(client)).Text);
    }

    [Fact]
    public void One_endpoint_alone_gets_both_and_its_connections_end_breaks_both()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, OnTimeout, servers: 1)[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(101);
        var upstream = server.Accept();
        Assert.Equal(2, mesh.Received(upstream).Count);
        upstream.Reset();
        Assert.Single(mesh.Received(client));
    }

    [Fact]
    public void Several_may_begin_at_once_each_at_an_endpoint_of_its_own()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, new RetryConfig { MaxRetries = 0, InitialRequests = 3 }, servers: 3);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        Assert.All(servers, server => Assert.Single(server.Accepted));
        var third = servers[2].Accept();
        mesh.Send(third, Answer(mesh.Received(third).Single()));
        Assert.Single(mesh.Received(client));
        foreach (var server in servers[..2]) mesh.Send(server.Accepted[0], Answer(mesh.Received(server.Accepted[0]).Single()));
        Assert.Empty(mesh.Received(client));
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_rq_late"));
        Assert.Equal(3, mesh.Figure("cluster.main.upstream_rq_total"));
    }

    [Fact]
    public void Tries_beside_the_first_count_against_the_retries_of_the_cluster()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, new RetryConfig { MaxRetries = 0, InitialRequests = 3 }, servers: 3, maxRetries: 1);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        Assert.Equal(2, servers.Sum(server => server.Accepted.Count));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_retry_overflow"));
        client.Reset();
        mesh.Kernel.RunUntilIdle();
        Assert.Equal(0, mesh.Proxy.InFlight);
        Assert.Equal(0, mesh.Figure("cluster.main.circuit_breakers.default.rq_retry_open"));
    }

    [Fact]
    public void The_deadline_ends_all_of_them()
    {
        using var mesh = new MemoryMesh();
        var servers = Start(mesh, OnTimeout with { MaxRetries = 5 }, servers: 2, timeout: 350);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(351);
        Assert.Contains("(UT), after 4 tries", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(4, servers.Sum(server => mesh.Figure($"cluster.main.endpoint.{server.Address}.rq_timeout")));
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    [Theory]
    [InlineData(PoolMode.OneAtATime)]
    [InlineData(PoolMode.Pipelined)]
    public void It_works_without_ids_too(PoolMode mode)
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var servers = Start(mesh, OnTimeout, servers: 2, mode: mode);
        var client = mesh.Client();
        client.Send("hello\n"u8);
        mesh.Kernel.AdvanceTime(101);
        var (_, second) = InOrder(mesh, servers);
        second.Send("hi\n"u8);
        mesh.Kernel.RunUntilIdle();
        Assert.Equal("hi\n"u8.ToArray(), client.Take());
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    private static MemoryServer[] Start(MemoryMesh mesh, RetryConfig retry, int servers, int maxRetries = 10, int timeout = 10_000, PoolMode? mode = null) => mesh.Start(
        servers, route => route with { Retry = retry, Timeout = TimeSpan.FromMilliseconds(timeout) },
        cluster => cluster with { Limits = new() { MaxRetries = maxRetries } }, chain => chain with { PoolMode = mode });

    /// <summary>The connections in the order in which they were opened: the hedge's is the one that is younger.</summary>
    private static (MemoryPeer First, MemoryPeer Second) InOrder(MemoryMesh mesh, MemoryServer[] servers)
    {
        mesh.Kernel.RunUntilIdle();
        var peers = servers.Select(server => Assert.Single(server.Accepted)).OrderBy(peer => ((System.Net.IPEndPoint)peer.RemoteEndPoint!).Port).ToArray();
        return (peers[0], peers[1]);
    }
}
