using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Outbound;

/// <summary>An endpoint that leaves gets no new requests, and those in flight are answered.</summary>
public class GracefulRemovalTests
{
    [Fact]
    public void Requests_in_flight_on_a_removed_endpoint_are_answered_and_then_its_connection_closes()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(servers: 2, cluster: cluster => cluster with { Discovery = DiscoveryType.Eds, Endpoints = [] });
        Tell(mesh, servers, draining: false);
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2));
        var (leaving, staying) = (servers[0].Accept(), servers[1].Accept());
        var request = Assert.Single(mesh.Received(leaving));
        mesh.Received(staying);

        Tell(mesh, servers[1..], draining: false);
        Assert.False(leaving.IsEnded);
        mesh.Send(client, Request(3), Request(4));
        Assert.Empty(mesh.Received(leaving));
        Assert.Equal(2, mesh.Received(staying).Count);

        mesh.Send(leaving, Answer(request));
        Assert.Equal(request.Text, Assert.Single(mesh.Received(client)).Text["answer to ".Length..]);
        Assert.True(leaving.IsEnded);
        Assert.False(staying.IsEnded);
    }

    [Fact]
    public void An_endpoint_told_to_be_draining_finishes_what_it_has_and_takes_part_again_when_it_is_told_so()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(servers: 2, cluster: cluster => cluster with { Discovery = DiscoveryType.Eds, Endpoints = [] });
        Tell(mesh, servers, draining: false);
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2));
        var (leaving, staying) = (servers[0].Accept(), servers[1].Accept());
        var request = Assert.Single(mesh.Received(leaving));

        Tell(mesh, servers, draining: true);
        mesh.Send(client, Request(3), Request(4), Request(5));
        Assert.Equal(4, mesh.Received(staying).Count);
        mesh.Send(leaving, Answer(request));
        Assert.Equal($"answer to {request.Text}", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("cluster.main.membership_healthy"));

        Tell(mesh, servers, draining: false);
        mesh.Send(client, Request(6), Request(7));
        Assert.Single(mesh.Received(leaving));
    }

    [Fact]
    public void When_all_are_draining_nobody_is_asked_not_even_in_panic()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(cluster: cluster => cluster with { Endpoints = [.. cluster.Endpoints.Select(endpoint => endpoint with { Draining = true })] })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        Assert.Contains("(UH)", Assert.Single(mesh.Received(client)).Text);
        Assert.Empty(server.Accepted);
    }

    [Fact]
    public void When_all_are_said_to_be_unhealthy_they_are_asked_all_the_same_and_that_is_counted()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(cluster: cluster => cluster with { Endpoints = [.. cluster.Endpoints.Select(endpoint => endpoint with { Unhealthy = true })] })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(Assert.Single(mesh.Received(upstream))));
        Assert.Equal(Status.Ok, Assert.Single(mesh.Received(client)).Status);
        Assert.Equal(1, mesh.Figure("cluster.main.lb_healthy_panic"));
        Assert.Equal(0, mesh.Figure("cluster.main.membership_healthy"));
    }

    private static void Tell(MemoryMesh mesh, MemoryServer[] servers, bool draining)
    {
        mesh.Proxy.SetEndpoints("main", new([.. servers.Select((server, i) => new EndpointConfig { Address = server.Address, Draining = draining && i == 0 })]));
        mesh.Kernel.RunUntilIdle();
    }
}
