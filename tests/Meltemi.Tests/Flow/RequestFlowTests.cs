using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

public class RequestFlowTests
{
    [Fact]
    public void A_request_reaches_the_server_and_its_answer_the_client()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();

        mesh.Send(client, Request(77));
        var upstream = server.Accept();
        var request = Assert.Single(mesh.Received(upstream));
        Assert.Equal("body 77", request.Text);
        mesh.Send(upstream, Answer(request));

        var answer = Assert.Single(mesh.Received(client));
        Assert.Equal((77u, "answer to body 77"), (answer.Id, answer.Text));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_total"));
    }

    [Fact]
    public void Clients_with_the_same_ids_share_a_connection_and_get_their_own_answers()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var clients = Enumerable.Range(0, 5).Select(_ => mesh.Client()).ToArray();
        for (var i = 0; i < clients.Length; i++) mesh.Send(clients[i], Request(1, "echo", ("who", $"{i}")));

        var upstream = Assert.Single(server.Accepted);
        var requests = mesh.Received(upstream);
        Assert.Equal(5, requests.Select(request => request.Id).Distinct().Count());
        foreach (var request in requests.AsEnumerable().Reverse()) mesh.Send(upstream, Answer(request) with { Text = request["who"]! });

        for (var i = 0; i < clients.Length; i++) Assert.Equal((1u, $"{i}"), mesh.Received(clients[i]).Select(a => (a.Id, a.Text)).Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(19)]
    public void Messages_arrive_whole_however_the_bytes_are_split(int size)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        client.SplitBy(size);
        mesh.Send(client, Request(1), Request(2), Request(3));
        var upstream = server.Accept();
        upstream.SplitBy(size);
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());

        Assert.Equal([1u, 2u, 3u], mesh.Received(client).Select(answer => answer.Id));
    }

    [Fact]
    public void Routes_choose_clusters_by_attributes_and_change_messages()
    {
        using var mesh = new MemoryMesh();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        var jason = Route(route => route with
        {
            Match = [new AttributeMatch("command", new ExactMatch("echo")), new AttributeMatch("user", new ExactMatch("jason"))],
            RequestMutations = [new(ChangeKind.Set, "seen", "yes"), new(ChangeKind.Remove, "secret", "")],
            ResponseMutations = [new(ChangeKind.Add, "via", "meltemi")],
        }, "two");
        mesh.Apply([jason, Route(to: "one")], [Cluster("one", [one]), Cluster("two", [two])]);
        var client = mesh.Client();

        mesh.Send(client, Request(1, "echo", ("user", "jason"), ("secret", "x")), Request(2, "echo", ("user", "anna"), ("secret", "x")));

        var changed = Assert.Single(mesh.Received(two.Accept()));
        Assert.Equal(("yes", null), (changed["seen"], changed["secret"]));
        Assert.Equal("x", Assert.Single(mesh.Received(one.Accept()))["secret"]);
        mesh.Send(two.Accepted[0], Answer(changed));
        Assert.Equal("meltemi", Assert.Single(mesh.Received(client))["via"]);
    }

    [Fact]
    public void One_way_messages_are_forwarded_and_nobody_waits_for_an_answer()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();

        mesh.Send(client, Request(1) with { Type = MessageType.OneWay });

        Assert.Equal(MessageType.OneWay, Assert.Single(mesh.Received(server.Accept())).Type);
        Assert.Equal(0, mesh.Proxy.InFlight);
        Assert.Empty(mesh.Received(client));
    }

    [Fact]
    public void Heartbeats_are_answered_on_the_spot_on_both_sides()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, new Message(MessageType.Heartbeat, 5), Request(6));
        Assert.Equal((MessageType.HeartbeatAnswer, 5u), mesh.Received(client).Select(m => (m.Type, m.Id)).Single());

        var upstream = server.Accept();
        Assert.Equal(MessageType.Request, Assert.Single(mesh.Received(upstream)).Type);
        mesh.Send(upstream, new Message(MessageType.Heartbeat, 9));
        Assert.Equal((MessageType.HeartbeatAnswer, 9u), mesh.Received(upstream).Select(m => (m.Type, m.Id)).Single());
    }

    [Fact]
    public void An_idle_upstream_connection_gets_heartbeats_and_is_closed_when_it_does_not_answer()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(cluster: cluster => cluster with { HeartbeatInterval = TimeSpan.FromSeconds(15) })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));

        mesh.Kernel.AdvanceTime(16_000);
        var heartbeat = Assert.Single(mesh.Received(upstream));
        Assert.Equal(MessageType.Heartbeat, heartbeat.Type);
        mesh.Send(upstream, new Message(MessageType.HeartbeatAnswer, heartbeat.Id));
        mesh.Kernel.AdvanceTime(10_000);
        Assert.False(upstream.IsEnded || upstream.IsReset);

        mesh.Kernel.AdvanceTime(60_000);
        Assert.True(upstream.IsEnded || upstream.IsReset);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_cx_heartbeat_timeout"));
    }

    [Fact]
    public void An_endpoint_that_says_go_away_finishes_its_requests_and_gets_no_new_ones_until_it_is_back()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(2);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var leaving = servers.Single(server => server.Accepted.Count > 0);
        var staying = servers.Single(server => server != leaving);
        var upstream = leaving.Accept();
        mesh.Send(upstream, new Message(MessageType.GoAway, 0));

        mesh.Send(client, Request(2), Request(3), Request(4));
        Assert.Equal(3, mesh.Received(staying.Accept()).Count);
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);

        upstream.Close();
        mesh.Kernel.AdvanceTime(3_000);
        mesh.Send(client, Request(5), Request(6));
        Assert.Contains(leaving.Accepted, peer => mesh.Received(peer).Count > 0);
    }

    [Fact]
    public void Streams_run_both_ways_until_both_ends_are_closed()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(3) with { Type = MessageType.StreamOpen }, new Message(MessageType.StreamData, 3) { Text = "a" });
        var upstream = server.Accept();
        var frames = mesh.Received(upstream);
        Assert.Equal([MessageType.StreamOpen, MessageType.StreamData], frames.Select(frame => frame.Type));
        var id = frames[0].Id;

        mesh.Send(upstream, new Message(MessageType.StreamData, id) { Text = "b" }, new Message(MessageType.StreamClose, id));
        Assert.Equal([(MessageType.StreamData, 3u), (MessageType.StreamClose, 3u)], mesh.Received(client).Select(frame => (frame.Type, frame.Id)));
        Assert.Equal(1, mesh.Proxy.InFlight);

        mesh.Send(client, new Message(MessageType.StreamClose, 3));
        Assert.Equal(MessageType.StreamClose, Assert.Single(mesh.Received(upstream)).Type);
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    [Fact]
    public void A_bound_client_has_a_connection_of_its_own_and_hears_what_its_server_pushes()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(chain: chain => chain with { PoolMode = PoolMode.Bound })[0];
        var (one, two) = (mesh.Client(), mesh.Client());
        mesh.Send(one, Request(1));
        mesh.Send(two, Request(1));
        Assert.Equal(2, server.Accepted.Count);

        mesh.Send(server.Accepted[1], new Message(MessageType.Push, 0) { Text = "news" });
        Assert.Equal("news", Assert.Single(mesh.Received(two)).Text);
        Assert.Empty(mesh.Received(one));

        server.Accepted[0].Close();
        mesh.Kernel.RunUntilIdle();
        Assert.True(one.IsEnded);
        Assert.False(two.IsEnded);
    }
}
