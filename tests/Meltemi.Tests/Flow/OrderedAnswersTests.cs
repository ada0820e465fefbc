using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>Protocols without ids: answers find their requests by their order, and clients get theirs in the order they asked.</summary>
public class OrderedAnswersTests
{
    [Fact]
    public void An_answer_that_overtakes_waits_for_its_turn()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var (slow, fast) = Start(mesh);
        var client = mesh.Client();
        Say(mesh, client, "slow 1\nfast 2\nfast 3\n");
        Say(mesh, fast.Accept(), "two\nthree\n");
        Assert.Equal("", Heard(client));

        Say(mesh, slow.Accept(), "one\n");
        Assert.Equal("one\ntwo\nthree\n", Heard(client));
    }

    [Fact]
    public void The_proxys_own_answers_keep_the_order_too()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var (slow, fast) = Start(mesh);
        var client = mesh.Client();
        Say(mesh, client, "slow 1\nunknown 2\nfast 3\n");
        Say(mesh, fast.Accept(), "three\n");
        Assert.Equal("", Heard(client));

        Say(mesh, slow.Accept(), "one\n");
        Assert.Equal("one\n!NoRoute\nthree\n", Heard(client));
    }

    [Fact]
    public void A_time_out_in_the_middle_leaves_the_others_their_own_answers()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var (slow, _) = Start(mesh);
        var (impatient, patient) = (mesh.Client(), mesh.Client());
        Say(mesh, impatient, "slow 1\n");
        mesh.Kernel.AdvanceTime(600);
        Say(mesh, patient, "slow 2\n");
        mesh.Kernel.AdvanceTime(500);
        Assert.Equal("!Timeout\n", Heard(impatient));

        var upstream = slow.Accept();
        Say(mesh, upstream, "one\ntwo\n");
        Assert.Equal("", Heard(impatient));
        Assert.Equal("two\n", Heard(patient));
        Assert.Equal(1, mesh.Figure("cluster.slow.upstream_rq_late"));
    }

    [Fact]
    public void An_answer_too_many_ends_the_connection()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var (slow, _) = Start(mesh);
        var client = mesh.Client();
        Say(mesh, client, "slow 1\n");
        var upstream = slow.Accept();
        Say(mesh, upstream, "one\nmore\n");

        Assert.Equal("one\n", Heard(client));
        Assert.True(upstream.IsReset);
        Assert.Equal(1, mesh.Figure("cluster.slow.upstream_rq_unknown_id"));
    }

    [Fact]
    public void A_half_closed_client_still_gets_its_answers()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var (slow, _) = Start(mesh);
        var client = mesh.Client();
        Say(mesh, client, "slow 1\n");
        client.End();
        Say(mesh, slow.Accept(), "one\n");

        Assert.Equal("one\n", Heard(client));
        Assert.True(client.IsEnded);
    }

    [Fact]
    public void A_server_that_speaks_first_is_connected_to_as_soon_as_a_client_is_there()
    {
        using var mesh = new MemoryMesh(new LineCodec(serverFirst: true));
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Kernel.RunUntilIdle();
        var upstream = server.Accept();
        Say(mesh, upstream, "* hello\n");
        Assert.Equal("* hello\n", Heard(client));

        Say(mesh, client, "ask\n");
        Assert.Equal("ask\n", Heard(upstream));
        Say(mesh, upstream, "answer\n");
        Assert.Equal("answer\n", Heard(client));
    }

    private static (MemoryServer Slow, MemoryServer Fast) Start(MemoryMesh mesh)
    {
        var (slow, fast) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        RouteConfig To(string name) => Route(
            route => route with { Match = [new AttributeMatch("command", new ExactMatch(name))], Timeout = TimeSpan.FromSeconds(1) }, name);
        mesh.Apply([To("slow"), To("fast")], [Cluster("slow", [slow]), Cluster("fast", [fast])]);
        return (slow, fast);
    }

    private static void Say(MemoryMesh mesh, MemoryPeer peer, string text)
    {
        peer.Send(Encoding.UTF8.GetBytes(text));
        mesh.Kernel.RunUntilIdle();
    }

    private static string Heard(MemoryPeer peer) => Encoding.UTF8.GetString(peer.Take());
}
