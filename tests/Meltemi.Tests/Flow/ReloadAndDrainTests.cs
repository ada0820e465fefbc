using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

public class ReloadAndDrainTests
{
    [Fact]
    public void New_routes_take_effect_under_open_connections_and_requests_in_flight_keep_theirs()
    {
        using var mesh = new MemoryMesh();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        ClusterConfig[] clusters = [Cluster("one", [one]), Cluster("two", [two])];
        mesh.Apply([Route(to: "one")], clusters);
        var client = mesh.Client();
        mesh.Send(client, Request(1));

        mesh.Apply([Route(to: "two")], [Cluster("one", [one]), Cluster("two", [two])]);
        mesh.Send(client, Request(2));

        var (first, second) = (one.Accept(), two.Accept());
        mesh.Send(first, Answer(mesh.Received(first).Single()));
        mesh.Send(second, Answer(mesh.Received(second).Single()));
        Assert.Equal([1u, 2u], mesh.Received(client).Select(answer => answer.Id));
        Assert.False(first.IsEnded, "a cluster that stayed the same lost its connection");
    }

    [Fact]
    public void An_endpoint_that_leaves_finishes_what_it_has()
    {
        using var mesh = new MemoryMesh();
        var (old, young) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Apply([Route()], [Cluster("main", [old])]);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Apply([Route()], [Cluster("main", [young])]);
        mesh.Send(client, Request(2));

        var leaving = old.Accept();
        Assert.False(leaving.IsEnded);
        mesh.Send(leaving, Answer(mesh.Received(leaving).Single()));
        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);
        Assert.True(leaving.IsEnded);
        Assert.Single(mesh.Received(young.Accept()));
    }

    [Fact]
    public void Draining_asks_clients_to_go_and_lets_requests_in_flight_finish()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var (busy, idle) = (mesh.Client(), mesh.Client());
        mesh.Send(busy, Request(1));
        var first = mesh.Received(server.Accept()).Single();
        mesh.Proxy.Drain();
        Assert.Equal(MessageType.GoAway, Assert.Single(mesh.Received(idle)).Type);
        mesh.Send(idle, Request(9));
        mesh.Send(server.Accepted[0], Answer(mesh.Received(server.Accepted[0]).Last()));
        Assert.Equal(9u, Assert.Single(mesh.Received(idle)).Id);
        Assert.False(idle.IsEnded, "a request that was on its way had been lost");
        mesh.Kernel.AdvanceTime(1_000);
        Assert.True(idle.IsEnded);
        Assert.False(busy.IsEnded);

        mesh.Send(server.Accepted[0], Answer(first));
        Assert.Equal([MessageType.GoAway, MessageType.Response], mesh.Received(busy).Select(message => message.Type));
        Assert.True(busy.IsEnded);
    }
}
