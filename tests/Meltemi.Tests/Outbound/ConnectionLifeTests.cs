using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Outbound;

/// <summary>Upstream connections that have their time are replaced, and nobody loses a request by that.</summary>
public class ConnectionLifeTests
{
    [Theory]
    [InlineData(PoolMode.Multiplexed)]
    [InlineData(PoolMode.OneAtATime)]
    public void After_so_many_requests_there_is_another_connection(PoolMode mode)
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, mode, new() { MaxRequests = 2 });
        var client = mesh.Client();
        for (uint id = 1; id <= 6; id++)
        {
            mesh.Send(client, Request(id));
            var upstream = server.Accepted[^1];
            mesh.Send(upstream, Answer(Assert.Single(mesh.Received(upstream))));
            Assert.Equal(id, Assert.Single(mesh.Received(client)).Id);
        }

        Assert.Equal(3, server.Accepted.Count);
        Assert.All(server.Accepted, peer => Assert.True(peer.IsEnded));
        Assert.Equal(3, mesh.Figure("cluster.main.upstream_cx_max_requests"));
    }

    [Fact]
    public void Requests_in_flight_on_a_connection_that_has_its_number_are_answered()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, PoolMode.Multiplexed, new() { MaxRequests = 3 });
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4));
        var (old, young) = (server.Accept(), server.Accept());
        var requests = mesh.Received(old);
        Assert.Equal(3, requests.Count);
        Assert.Single(mesh.Received(young));

        mesh.Send(old, Answer(requests[1]), Answer(requests[0]));
        Assert.False(old.IsEnded);
        mesh.Send(old, Answer(requests[2]));
        Assert.True(old.IsEnded);
        Assert.Equal(3, mesh.Received(client).Count);
    }

    [Fact]
    public void One_way_messages_count_too()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, PoolMode.Multiplexed, new() { MaxRequests = 1 });
        var client = mesh.Client();
        var oneWay = Request(1) with { Type = AwesomeRpc.MessageType.OneWay };
        mesh.Send(client, oneWay, oneWay);
        Assert.Equal(2, server.Accepted.Count);
        Assert.All(server.Accepted, peer => Assert.Single(mesh.Received(peer)));
    }

    [Fact]
    public void An_old_connection_takes_no_new_requests_and_closes_when_it_has_answered_the_others()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, PoolMode.Multiplexed, new() { MaxDuration = TimeSpan.FromSeconds(10) }, TimeSpan.FromMinutes(1));
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var old = server.Accept();
        var request = Assert.Single(mesh.Received(old));
        mesh.Kernel.AdvanceTime(10_001);
        mesh.Send(client, Request(2));
        Assert.Equal(2, server.Accepted.Count);
        Assert.False(old.IsEnded);
        mesh.Send(old, Answer(request));
        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);
        Assert.True(old.IsEnded);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_cx_max_duration_reached"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_with_a_connection_of_its_own_is_asked_to_go_when_that_has_its_time(bool byNumber)
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, PoolMode.Bound, byNumber ? new() { MaxRequests = 1 } : new() { MaxDuration = TimeSpan.FromSeconds(10) }, TimeSpan.FromMinutes(1));
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Kernel.AdvanceTime(byNumber ? 1 : 10_001);
        Assert.Equal(AwesomeRpc.MessageType.GoAway, Assert.Single(mesh.Received(client)).Type);
        Assert.False(client.IsEnded);

        mesh.Kernel.AdvanceTime(5_000);
        mesh.Send(upstream, Answer(Assert.Single(mesh.Received(upstream))));
        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);
        Assert.True(client.IsEnded);
        client.Close();
        mesh.Kernel.RunUntilIdle();
        Assert.True(upstream.IsEnded);
        Assert.Equal(1, mesh.Figure($"cluster.main.{(byNumber ? "upstream_cx_max_requests" : "upstream_cx_max_duration_reached")}"));
    }

    [Fact]
    public void Idle_connections_of_the_same_age_do_not_all_close_at_once()
    {
        using var mesh = new MemoryMesh();
        var servers = Enumerable.Range(0, 50).Select(_ => mesh.Kernel.Serve()).ToArray();
        mesh.Apply([Route()], [Cluster("main", servers, cluster => cluster with
        {
            HeartbeatInterval = TimeSpan.Zero, ConnectionLife = new() { MaxDuration = TimeSpan.FromSeconds(100) },
        })]);
        var client = mesh.Client();
        mesh.Send(client, [.. Enumerable.Range(1, 50).Select(id => Request((uint)id))]);
        foreach (var server in servers) mesh.Send(server.Accepted[0], Answer(Assert.Single(mesh.Received(server.Accepted[0]))));

        mesh.Kernel.AdvanceTime(89_000);
        Assert.Equal(0, Ended());
        mesh.Kernel.AdvanceTime(6_000);
        Assert.InRange(Ended(), 10, 40);
        mesh.Kernel.AdvanceTime(6_000);
        Assert.Equal(50, Ended());

        int Ended() => servers.Count(server => server.Accepted[0].IsEnded);
    }

    private static MemoryServer Start(MemoryMesh mesh, PoolMode mode, ConnectionLifeConfig life, TimeSpan? timeout = null) => mesh.Start(
        route: route => route with { Timeout = timeout },
        cluster: cluster => cluster with { PoolMode = mode, ConnectionLife = life, HeartbeatInterval = TimeSpan.Zero })[0];
}
