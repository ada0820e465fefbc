using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>Copies of requests: they arrive, nobody sees their answers, and whatever becomes of them is not felt by the requests.</summary>
public class MirrorTests
{
    /// <summary>How a mirror can fail.</summary>
    public enum Failure
    {
        NoCluster,
        NoEndpoint,
        Refused,
        Unreachable,
        ConnectHangs,
        NeverAnswers,
        NeverReads,
        ClosesAtOnce,
        AnswersNonsense,
    }

    [Fact]
    public void A_copy_arrives_marked_and_with_the_routes_changes_and_its_answer_reaches_nobody()
    {
        using var mesh = new MemoryMesh();
        var (main, shadow) = Start(mesh, route => route with { RequestMutations = [new(ChangeKind.Set, "who", "%REQ(user)%")] });
        var client = mesh.Client();
        mesh.Send(client, Request(7, "echo", ("user", "ann")));
        var (upstream, mirror) = (main.Accept(), shadow.Accept());
        var copy = Assert.Single(mesh.Received(mirror));
        var request = Assert.Single(mesh.Received(upstream));
        Assert.Equal(("true", "ann", "body 7"), (copy["x-meltemi-shadow"], copy["who"], copy.Text));
        Assert.Equal((null, "ann", "body 7"), (request["x-meltemi-shadow"], request["who"], request.Text));

        mesh.Send(mirror, Answer(copy, Status.Failed));
        Assert.Empty(mesh.Received(client));
        mesh.Send(upstream, Answer(request));
        Assert.Equal((7u, Status.Ok), Assert.Single(mesh.Received(client)) is var answer ? (answer.Id, answer.Status) : default);
        Assert.Equal((1, 0, 0), (Mirror(mesh, "rq_total"), Mirror(mesh, "rq_dropped"), Mirror(mesh, "rq_failed")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answers_are_compared_whichever_comes_first(bool copyFirst)
    {
        using var mesh = new MemoryMesh();
        var (main, shadow) = Start(mesh);
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3));
        var (upstream, mirror) = (main.Accept(), shadow.Accept());
        var (requests, copies) = (mesh.Received(upstream), mesh.Received(mirror));
        mesh.Kernel.AdvanceTime(3);
        if (copyFirst) AnswerCopies();
        else AnswerRequests();
        mesh.Kernel.AdvanceTime(40);
        if (copyFirst) AnswerRequests();
        else AnswerCopies();
        mesh.Kernel.AdvanceTime(20_000);
        Assert.Equal((1, 1, 1), (Mirror(mesh, "compare_same"), Mirror(mesh, "compare_different"), Mirror(mesh, "compare_missing")));
        Assert.Equal(1, Mirror(mesh, "rq_failed"));

        // 3 ms and 43 ms, by Envoy's bounds: up to 5 and up to 50.
        Assert.Equal(copyFirst ? (2, 0) : (0, 2), (Within5("envoy_cluster_mirror_rq_time"), Within5("envoy_cluster_mirror_original_rq_time")));

        void AnswerRequests() => mesh.Send(upstream, [.. requests.Select(request => Answer(request))]);
        void AnswerCopies() => mesh.Send(mirror, Answer(copies[0]), Answer(copies[1], Status.Failed));
        long Within5(string histogram) => mesh.Proxy.Metrics.Sum($"{histogram}_bucket", "le=\"5\"");
    }

    [Theory]
    [InlineData(Failure.NoCluster)]
    [InlineData(Failure.NoEndpoint)]
    [InlineData(Failure.Refused)]
    [InlineData(Failure.Unreachable)]
    [InlineData(Failure.ConnectHangs)]
    [InlineData(Failure.NeverAnswers)]
    [InlineData(Failure.NeverReads)]
    [InlineData(Failure.ClosesAtOnce)]
    [InlineData(Failure.AnswersNonsense)]
    public void A_mirror_that_fails_costs_requests_nothing(Failure failure)
    {
        const int Requests = 2000;
        using var mesh = new MemoryMesh();
        var (main, shadow) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        if (failure == Failure.Refused) mesh.Kernel.OnConnect(shadow.Address, ConnectOutcome.Refuse);
        if (failure == Failure.Unreachable) mesh.Kernel.OnConnect(shadow.Address, ConnectOutcome.Unreachable);
        if (failure == Failure.ConnectHangs) mesh.Kernel.OnConnect(shadow.Address, ConnectOutcome.Hang);
        shadow.OnAccepted = peer =>
        {
            if (failure == Failure.NeverReads) peer.IsPaused = true;
            if (failure == Failure.ClosesAtOnce) peer.Close();
            if (failure == Failure.AnswersNonsense) peer.OnReceived = from => from.Send("nonsense, but enough of it"u8);
        };
        ClusterConfig[] clusters = failure switch
        {
            Failure.NoCluster => [Quiet("main", main)],
            Failure.NoEndpoint => [Quiet("main", main), Cluster("shadow", [])],
            _ => [Quiet("main", main), Quiet("shadow", shadow)],
        };
        mesh.Apply([Route(route => route with { Mirrors = [new("shadow", Fraction.All)] })], clusters);
        var client = mesh.Client();
        var text = new string('x', 4096);
        for (uint id = 0; id < Requests; id++)
        {
            // Time stands still: whoever waited for the mirror would wait for ever.
            mesh.Send(client, Request(id, "echo", ("text", text)));
            var upstream = main.Accepted[0];
            mesh.Send(upstream, Answer(Assert.Single(mesh.Received(upstream))));
            Assert.Equal(id, Assert.Single(mesh.Received(client)).Id);
        }

        Assert.Equal(Requests, mesh.Figure("cluster.main.upstream_rq_completed"));
        if (failure is Failure.NeverReads or Failure.ConnectHangs or Failure.NoEndpoint or Failure.NeverAnswers) Assert.True(Mirror(mesh, "rq_dropped") > 0);
        if (failure is Failure.Refused or Failure.Unreachable or Failure.ClosesAtOnce or Failure.AnswersNonsense) Assert.True(Mirror(mesh, "rq_failed") > 0);
        mesh.Kernel.AdvanceTime(20_000);
        if (failure != Failure.NoCluster) Assert.Equal(Requests, Mirror(mesh, "rq_total") + Mirror(mesh, "rq_dropped"));
        if (failure != Failure.NoCluster) Assert.Equal(Requests, Mirror(mesh, "compare_missing"));
    }

    [Fact]
    public void Copies_for_the_cluster_of_the_requests_take_neither_their_limits_nor_their_connections()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Kernel.Serve();
        var limits = new LimitsConfig { MaxRequests = 1, MaxConnections = 1, MaxPendingRequests = 0 };
        mesh.Apply(
            [Route(route => route with { Mirrors = [new("main", Fraction.All), new("main", Fraction.All)] })],
            [Quiet("main", server) with { Limits = limits, PoolMode = PoolMode.OneAtATime }]);
        var client = mesh.Client();
        for (uint id = 1; id <= 3; id++)
        {
            mesh.Send(client, Request(id));
            var seen = server.Accepted.SelectMany(peer => mesh.Received(peer).Select(message => (Peer: peer, Message: message))).ToList();
            var (upstream, request) = seen.Single(one => one.Message["x-meltemi-shadow"] is null);
            Assert.Equal(id == 1 ? 2 : 1, seen.Count); // one copy fits, and stays unanswered
            mesh.Send(upstream, Answer(request));
            Assert.Equal((id, Status.Ok), Assert.Single(mesh.Received(client)) is var answer ? (answer.Id, answer.Status) : default);
        }

        Assert.Equal((1, 5), (Mirror(mesh, "rq_total", "main"), Mirror(mesh, "rq_dropped", "main")));
    }

    [Fact]
    public void Each_mirror_gets_its_share()
    {
        using var mesh = new MemoryMesh();
        MemoryServer[] servers = [mesh.Kernel.Serve(), mesh.Kernel.Serve(), mesh.Kernel.Serve()];
        mesh.Apply(
            [Route(route => route with { Mirrors = [new("half", new(50, 100)), new("few", new(10_000, 1_000_000))] })],
            [Quiet("main", servers[0]), Quiet("half", servers[1]), Quiet("few", servers[2])]);
        var client = mesh.Client();
        for (uint i = 0; i < 1000; i++)
        {
            mesh.Send(client, Request(i));
            foreach (var peer in servers.SelectMany(server => server.Accepted)) mesh.Send(peer, [.. mesh.Received(peer).Select(request => Answer(request))]);
        }

        Assert.Equal(1000, mesh.Received(client).Count);
        Assert.InRange(Mirror(mesh, "compare_same", "half"), 437, 563); // four standard deviations
        Assert.InRange(Mirror(mesh, "compare_same", "few"), 1, 22);
    }

    [Fact]
    public void One_way_messages_are_copied_and_not_compared()
    {
        using var mesh = new MemoryMesh();
        var (main, shadow) = Start(mesh);
        mesh.Send(mesh.Client(), new Message(MessageType.OneWay, 5) { Headers = Headers(("command", "tell")), Text = "news" });
        Assert.Equal("news", Assert.Single(mesh.Received(main.Accept())).Text);
        Assert.Equal("news", Assert.Single(mesh.Received(shadow.Accept())).Text);
        Assert.Equal((1, 0), (Mirror(mesh, "rq_total"), Mirror(mesh, "compare_missing")));
    }

    [Fact]
    public void Copies_without_ids_to_servers_that_answer_in_order()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var (main, shadow) = Start(mesh);
        var client = mesh.Client();
        client.Send("a\nb\n"u8);
        mesh.Kernel.RunUntilIdle();
        var (upstream, mirror) = (main.Accept(), shadow.Accept());
        Assert.Equal(("a\nb\n", "a\nb\n"), (Text(upstream), Text(mirror)));
        mirror.Send("1\n!2\n"u8);
        upstream.Send("1\n2\n"u8);
        mesh.Kernel.RunUntilIdle();
        Assert.Equal("1\n2\n", Text(client));
        Assert.Equal((1, 1), (Mirror(mesh, "compare_same"), Mirror(mesh, "compare_different")));
    }

    [Fact]
    public void A_client_that_leaves_takes_its_request_with_it_but_not_the_copy()
    {
        using var mesh = new MemoryMesh();
        var (_, shadow) = Start(mesh);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        client.Reset();
        mesh.Kernel.RunUntilIdle();
        var mirror = shadow.Accept();
        mesh.Send(mirror, Answer(Assert.Single(mesh.Received(mirror))));
        Assert.Equal((1, 0), (Mirror(mesh, "compare_missing"), mesh.Proxy.InFlight));
    }

    private static (MemoryServer Main, MemoryServer Shadow) Start(MemoryMesh mesh, Func<RouteConfig, RouteConfig>? change = null)
    {
        var (main, shadow) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Apply(
            [Route(route => (change?.Invoke(route) ?? route) with { Mirrors = [new("shadow", Fraction.All)] })], [Quiet("main", main), Quiet("shadow", shadow)]);
        return (main, shadow);
    }

    private static ClusterConfig Quiet(string name, MemoryServer server) => Cluster(name, [server], cluster => cluster with { HeartbeatInterval = TimeSpan.Zero });

    private static string Text(MemoryPeer peer) => System.Text.Encoding.UTF8.GetString(peer.Take());

    private static long Mirror(MemoryMesh mesh, string figure, string cluster = "shadow") => mesh.Figure($"cluster.{cluster}.mirror.{figure}");
}
