using AwesomeRpc;
using Meltemi.Tests.Support;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>Who decides how long a request may take: the route, else the request itself, else the default of 15 s; a route's 0 is no limit.</summary>
public class TimeoutTests
{
    [Theory]
    [InlineData(null, null, 15_000)]
    [InlineData(null, "300", 300)]
    [InlineData(null, "40000", 40_000)]
    [InlineData(null, "0", 15_000)]
    [InlineData(null, "soon", 15_000)]
    [InlineData(null, "-5", 15_000)]
    [InlineData(250, null, 250)]
    [InlineData(250, "100", 250)]
    [InlineData(250, "9000", 250)]
    public void A_request_ends_when_its_time_is_over(int? route, string? own, int expected)
    {
        using var mesh = new MemoryMesh();
        mesh.Start(
            route: config => config with { Timeout = route is { } ms ? TimeSpan.FromMilliseconds(ms) : null },
            cluster: cluster => cluster with { HeartbeatInterval = TimeSpan.Zero });
        var client = mesh.Client();
        mesh.Send(client, own is null ? Request(1) : Request(1, "echo", ("timeout", own)));

        mesh.Kernel.AdvanceTime(expected - 1);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(2);
        Assert.Contains("(UT)", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_timeout"));
    }

    [Fact]
    public void A_route_can_have_no_limit_at_all()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: route => route with { Timeout = TimeSpan.Zero }, cluster: cluster => cluster with { HeartbeatInterval = TimeSpan.Zero })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1, "echo", ("timeout", "100")));
        mesh.Kernel.AdvanceTime(3_000_000);
        Assert.Empty(mesh.Received(client));

        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Single(mesh.Received(client));
    }

    [Fact]
    public void Idle_upstream_connections_are_closed_and_opened_again_when_needed()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(cluster: cluster => cluster with { IdleTimeout = TimeSpan.FromSeconds(10), HeartbeatInterval = TimeSpan.Zero })[0];
        var client = mesh.Client();
        for (uint id = 1; id <= 2; id++)
        {
            mesh.Send(client, Request(id));
            var upstream = server.Accept();
            mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
            Assert.Equal(id, Assert.Single(mesh.Received(client)).Id);
            mesh.Kernel.AdvanceTime(15_000);
            Assert.True(upstream.IsEnded);
            upstream.Close();
        }

        Assert.Equal(2, mesh.Figure("cluster.main.upstream_cx_idle_timeout"));
    }

    [Fact]
    public void A_client_that_is_silent_too_long_is_let_go_but_not_while_it_waits()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(
            route: route => route with { Timeout = TimeSpan.FromSeconds(30) },
            chain: chain => chain with { IdleTimeout = TimeSpan.FromSeconds(10) })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(20_000);
        Assert.False(client.IsEnded);

        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).First()));
        Assert.Single(mesh.Received(client));
        mesh.Kernel.AdvanceTime(10_001);
        Assert.True(client.IsEnded);
    }
}
