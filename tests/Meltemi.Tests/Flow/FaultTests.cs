using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>What can go wrong on the way, and that it hurts only its own request.</summary>
public class FaultTests
{
    [Fact]
    public void Nothing_matches()
    {
        using var mesh = new MemoryMesh();
        mesh.Apply([], []);
        AssertError(mesh, mesh.Client(), "NR");
    }

    [Fact]
    public void The_cluster_does_not_exist()
    {
        using var mesh = new MemoryMesh();
        mesh.Apply([Route(to: "nowhere")], []);
        AssertError(mesh, mesh.Client(), "NC");
    }

    [Fact]
    public void The_cluster_is_empty()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(servers: 0);
        AssertError(mesh, mesh.Client(), "no healthy endpoint in cluster 'main' (UH)");
    }

    [Fact]
    public void The_endpoint_refuses()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Refuse);
        AssertError(mesh, mesh.Client(), "UF");
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_cx_connect_fail"));
    }

    [Fact]
    public void The_endpoint_does_not_answer_the_connect()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(cluster: cluster => cluster with { ConnectTimeout = TimeSpan.FromSeconds(1) })[0];
        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Hang);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(900);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(200);
        Assert.Contains("timed out", Assert.Single(mesh.Received(client)).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void The_server_resets_before_or_in_the_middle_of_its_answer(int sent)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var (one, two) = (mesh.Client(), mesh.Client());
        mesh.Send(one, Request(1));
        mesh.Send(two, Request(2));
        var upstream = server.Accept();
        var requests = mesh.Received(upstream);
        upstream.Send(Answer(requests[0]).ToBytes().AsSpan(0, sent));
        mesh.Kernel.RunUntilIdle();
        upstream.Reset();

        foreach (var client in new[] { one, two })
        {
            var answer = Assert.Single(mesh.Received(client));
            Assert.NotEqual(Status.Ok, answer.Status);
            Assert.Contains("UC", answer.Text);
        }
    }

    [Fact]
    public void The_server_never_answers()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: route => route with { Timeout = TimeSpan.FromMilliseconds(250) })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(249);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(2);
        var answer = Assert.Single(mesh.Received(client));
        Assert.Contains("(UT)", answer.Text);

        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Empty(mesh.Received(client));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_late"));
    }

    [Fact]
    public void The_server_answers_twice()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        var answer = Answer(mesh.Received(upstream).Single());
        mesh.Send(upstream, answer, answer);

        Assert.Single(mesh.Received(client));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_late"));
    }

    [Fact]
    public void The_server_answers_what_nobody_asked()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        var request = mesh.Received(upstream).Single();
        mesh.Send(upstream, Answer(request with { Id = 4711 }), Answer(request));

        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_unknown_id"));
    }

    [Fact]
    public void The_server_sends_nonsense()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        upstream.Send("HTTP/1.1 400 Bad Request\r\n\r\n"u8);

        Assert.Contains("UPE", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_cx_protocol_error"));
    }

    [Fact]
    public void The_client_sends_nonsense_and_only_it_is_closed()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var (good, bad) = (mesh.Client(), mesh.Client());
        mesh.Send(good, Request(1));
        bad.Send("GET / HTTP/1.1\r\n\r\n"u8);
        mesh.Kernel.RunUntilIdle();

        Assert.True(bad.IsEnded || bad.IsReset);
        Assert.Equal(1, mesh.Figure("listener.front.request_decoding_error"));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Single(mesh.Received(good));
    }

    [Fact]
    public void A_client_that_leaves_leaks_its_answer_to_nobody()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var (leaver, stayer) = (mesh.Client(), mesh.Client());
        mesh.Send(leaver, Request(1, "echo", ("who", "leaver")));
        mesh.Send(stayer, Request(1, "echo", ("who", "stayer")));
        leaver.Reset();
        mesh.Kernel.RunUntilIdle();
        var upstream = server.Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request) with { Text = request["who"]! }).ToArray());

        Assert.Equal("stayer", Assert.Single(mesh.Received(stayer)).Text);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_late"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(30)]
    public void Half_a_request_and_then_silence_or_a_reset_reaches_nobody(int bytes)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(chain: chain => chain with { IdleTimeout = TimeSpan.FromSeconds(30) })[0];
        var (silent, resetting) = (mesh.Client(), mesh.Client());
        silent.Send(Request(1).ToBytes().AsSpan(0, bytes));
        resetting.Send(Request(1).ToBytes().AsSpan(0, bytes));
        mesh.Kernel.RunUntilIdle();
        resetting.Reset();
        mesh.Kernel.AdvanceTime(31_000);
        Assert.True(silent.IsEnded || silent.IsReset);
        Assert.Empty(server.Accepted);
        mesh.Kernel.AdvanceTime(ConnectionOptions.Default.CloseTimeout);
        Assert.Equal(0, mesh.Proxy.OpenConnections);
    }

    [Fact]
    public void A_connection_for_one_request_at_a_time_is_not_reused_after_its_client_left()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(chain: chain => chain with { PoolMode = PoolMode.OneAtATime })[0];
        var leaver = mesh.Client();
        mesh.Send(leaver, Request(1));
        leaver.Reset();
        mesh.Kernel.RunUntilIdle();
        var next = mesh.Client();
        mesh.Send(next, Request(1));

        Assert.Equal(2, server.Accepted.Count);
        Assert.True(server.Accepted[0].IsEnded || server.Accepted[0].IsReset);
        mesh.Send(server.Accepted[1], Answer(mesh.Received(server.Accepted[1]).Single()));
        Assert.Single(mesh.Received(next));
    }

    [Fact]
    public void Requests_wait_for_a_connection_in_a_bounded_queue()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(
            chain: chain => chain with { PoolMode = PoolMode.OneAtATime },
            cluster: cluster => cluster with { Limits = new() { MaxConnections = 1, MaxPendingRequests = 2 } })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4));

        Assert.Contains("(UO)", Assert.Single(mesh.Received(client)).Text);
        var upstream = server.Accept();
        for (uint id = 1; id <= 3; id++)
        {
            var request = Assert.Single(mesh.Received(upstream));
            mesh.Send(upstream, Answer(request));
            Assert.Equal(id, Assert.Single(mesh.Received(client)).Id);
        }

        Assert.Single(server.Accepted);
    }

    [Fact]
    public void More_requests_than_the_limit_are_answered_with_overflow()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(cluster: cluster => cluster with { Limits = new() { MaxRequests = 2 } })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3));
        Assert.Equal(3u, Assert.Single(mesh.Received(client)).Id);

        var upstream = server.Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Equal(2, mesh.Received(client).Count);
        mesh.Send(client, Request(4));
        Assert.Single(mesh.Received(upstream));
    }

    [Fact]
    public void A_client_that_takes_no_answers_is_stopped_and_then_cut_off_while_others_go_on()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var (greedy, modest) = (mesh.Client(), mesh.Client());
        greedy.IsPaused = true;
        mesh.Send(greedy, Enumerable.Range(1, 40).Select(id => Request((uint)id)).ToArray());
        var upstream = server.Accept();
        var large = new byte[1024 * 1024];
        foreach (var request in mesh.Received(upstream)) mesh.Send(upstream, Answer(request) with { Body = large });
        Assert.Equal(1, mesh.Figure("listener.front.downstream_cx_slow_client_close"));

        mesh.Send(modest, Request(1));
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Single(mesh.Received(modest));
    }

    private static void AssertError(MemoryMesh mesh, MemoryPeer client, string text)
    {
        mesh.Send(client, Request(42));
        var answer = Assert.Single(mesh.Received(client));
        Assert.Equal(42u, answer.Id);
        Assert.NotEqual(Status.Ok, answer.Status);
        Assert.Contains(text, answer.Text);
    }
}
