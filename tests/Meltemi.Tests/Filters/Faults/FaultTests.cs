using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Filters.Faults;

public class FaultTests
{
    [Fact]
    public void A_delayed_request_goes_on_exactly_when_its_time_is_over_and_then_has_its_whole_time_limit()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig { Delay = Fixed(2000) }, route => route with { Timeout = TimeSpan.FromMilliseconds(500) });
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        Assert.Equal(1, mesh.Figure("listener.front.fault.active_faults"));
        mesh.Kernel.AdvanceTime(1999);
        Assert.Empty(server.Accepted);
        mesh.Kernel.AdvanceTime(1);
        var upstream = server.Accept();
        var seen = mesh.Received(upstream).Single();
        mesh.Kernel.AdvanceTime(499);
        mesh.Send(upstream, Answer(seen));
        Assert.Equal("answer to body 1", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("listener.front.fault.delays_injected"));
        Assert.Equal(0, mesh.Figure("listener.front.fault.active_faults"));
        Assert.Equal(1, Requests(mesh, "DI"));
    }

    [Fact]
    public void Requests_of_a_multiplexed_client_overtake_a_delayed_one()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig { Delay = Fixed(100), Match = [new("command", new ExactMatch("slow"))] });
        var client = mesh.Client();
        mesh.Send(client, Request(1, "slow"), Request(2, "fast"));
        var upstream = server.Accept();
        Assert.Equal("body 2", Assert.Single(mesh.Received(upstream)).Text);
        mesh.Kernel.AdvanceTime(100);
        Assert.Equal("body 1", Assert.Single(mesh.Received(upstream)).Text);
    }

    [Fact]
    public void What_an_ordered_client_sends_behind_a_delayed_request_stays_behind_it()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var server = Start(mesh, new FaultConfig { Delay = Fixed(100), Match = [new("command", new ExactMatch("slow"))] });
        var client = mesh.Client();
        client.Send("slow\nfast\nslow\nfast\n"u8.ToArray());
        mesh.Kernel.RunUntilIdle();
        Assert.Empty(server.Accepted);
        mesh.Kernel.AdvanceTime(100);
        var upstream = server.Accept();
        Assert.Equal("slow\nfast\n", Text(upstream));
        mesh.Kernel.AdvanceTime(100);
        Assert.Equal("slow\nfast\n", Text(upstream));
        upstream.Send("1\n2\n3\n4\n"u8.ToArray());
        mesh.Kernel.RunUntilIdle();
        Assert.Equal("1\n2\n3\n4\n", Text(client));
    }

    [Fact]
    public void A_client_that_leaves_during_a_delay_leaves_nothing_behind()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var server = Start(mesh, new FaultConfig { Delay = Fixed(100) });
        var client = mesh.Client();
        client.Send("slow\n"u8.ToArray());
        mesh.Kernel.RunUntilIdle();
        client.Reset();
        mesh.Kernel.RunUntilIdle();
        Assert.Equal(0, mesh.Figure("listener.front.fault.active_faults"));
        mesh.Kernel.AdvanceTime(100);
        Assert.Empty(server.Accepted);
    }

    [Theory]
    [InlineData(ReplyReason.Fault, Status.Failed)]
    [InlineData(ReplyReason.RateLimited, Status.Busy)]
    [InlineData(ReplyReason.Timeout, Status.Timeout)]
    public void An_abort_is_an_error_of_the_protocol_of_the_chosen_kind_and_flagged_as_a_fault(ReplyReason kind, Status status)
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig { Abort = new(kind, Fraction.All) });
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var answer = Assert.Single(mesh.Received(client));
        Assert.Equal((status, "meltemi: injected fault (FI)"), (answer.Status, answer.Text));
        Assert.Empty(server.Accepted);
        Assert.Equal(1, mesh.Figure("listener.front.fault.aborts_injected"));
        Assert.Equal(1, Requests(mesh, "FI"));
    }

    [Fact]
    public void An_abort_comes_after_the_delay_and_the_flags_say_both()
    {
        using var mesh = new MemoryMesh();
        Start(mesh, new FaultConfig { Delay = Fixed(50), Abort = new(ReplyReason.Fault, Fraction.All) });
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(49);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(1);
        Assert.Single(mesh.Received(client));
        Assert.Equal(1, Requests(mesh, "DI,FI"));
    }

    [Fact]
    public void A_slow_answer_comes_when_its_last_byte_would()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig { ResponseRate = new(1024, Fraction.All) }, route => route with { Timeout = TimeSpan.FromSeconds(1) });
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        var answer = new Message(MessageType.Response, mesh.Received(upstream).Single().Id) { Status = Status.Ok, Text = new string('x', 4096) };
        var milliseconds = answer.ToBytes().Length * 1000 / 1024;
        mesh.Send(upstream, answer);
        mesh.Kernel.AdvanceTime(milliseconds - 1);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(1);
        Assert.Equal(answer.Text, Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("listener.front.fault.response_rl_injected"));
        Assert.Equal(0, mesh.Figure("listener.front.fault.active_faults"));
    }

    [Theory]
    [InlineData(25u, 100u, 2500)]
    [InlineData(1u, 100u, 100)]
    [InlineData(5u, 10_000u, 5)]
    public void A_percentage_is_kept(uint numerator, uint denominator, int expected)
    {
        using var mesh = new MemoryMesh();
        Start(mesh, new FaultConfig { Abort = new(ReplyReason.Fault, new(numerator, denominator)) });
        var client = mesh.Client();
        for (uint i = 0; i < 100; i++) mesh.Send(client, [.. Enumerable.Range(0, 100).Select(n => Request(i * 100 + (uint)n))]);
        var aborted = mesh.Figure("listener.front.fault.aborts_injected");
        Assert.InRange(aborted, expected - 4 * Math.Sqrt(expected), expected + 4 * Math.Sqrt(expected));
        mesh.Kernel.AdvanceTime(20_000);
    }

    [Fact]
    public void Exponential_delays_have_their_mean()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig { Delay = new(FaultDelayKind.Exponential, TimeSpan.FromSeconds(1), Fraction.All) }, route => route with { Timeout = TimeSpan.Zero });
        var client = mesh.Client();
        mesh.Send(client, [.. Enumerable.Range(1, 1000).Select(n => Request((uint)n))]);
        mesh.Kernel.AdvanceTime(1000);
        var upstream = server.Accept();
        var early = mesh.Received(upstream).Count;
        Assert.InRange(early, 1000 * 0.60, 1000 * 0.66); // 1 - 1/e
        mesh.Kernel.AdvanceTime(2000);
        Assert.InRange(early + mesh.Received(upstream).Count, 1000 * 0.93, 1000 * 0.97); // 1 - 1/e^3
    }

    [Fact]
    public void There_are_never_more_faults_at_a_time_than_allowed()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig { Delay = Fixed(100), MaxActive = 2 });
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3));
        var upstream = server.Accept();
        Assert.Single(mesh.Received(upstream));
        Assert.Equal(1, mesh.Figure("listener.front.fault.faults_overflow"));
        mesh.Kernel.AdvanceTime(100);
        foreach (var request in mesh.Received(upstream)) mesh.Send(upstream, Answer(request));
        mesh.Send(client, Request(4));
        Assert.Empty(mesh.Received(upstream));
    }

    [Fact]
    public void A_request_may_ask_for_faults_where_the_configuration_lets_it()
    {
        using var mesh = new MemoryMesh();
        var fault = new FaultConfig
        {
            Delay = new(FaultDelayKind.Asked, TimeSpan.Zero, Fraction.All),
            Abort = new(null, Fraction.All),
            ResponseRate = new(null, Fraction.All),
        };
        var server = Start(mesh, fault);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        Assert.Single(mesh.Received(upstream));

        mesh.Send(client, Request(2, "echo", ("x-envoy-fault-delay-request", "250")));
        mesh.Kernel.AdvanceTime(249);
        Assert.Empty(mesh.Received(upstream));
        mesh.Kernel.AdvanceTime(1);
        Assert.Single(mesh.Received(upstream));

        mesh.Send(client, Request(3, "echo", ("x-envoy-fault-abort-request", "404")));
        Assert.Equal(Status.BadRequest, Assert.Single(mesh.Received(client)).Status);
        mesh.Send(client, Request(4, "echo", ("x-envoy-fault-abort-grpc-request", "12")));
        Assert.Equal(Status.BadRequest, Assert.Single(mesh.Received(client)).Status);

        // Asking for less than the configured share works, asking for nonsense does nothing.
        mesh.Send(client, Request(5, "echo", ("x-envoy-fault-abort-request", "404"), ("x-envoy-fault-abort-request-percentage", "0")));
        mesh.Send(client, Request(6, "echo", ("x-envoy-fault-abort-request", "soon")));
        Assert.Equal(2, mesh.Received(upstream).Count);

        mesh.Send(client, Request(7, "echo", ("x-envoy-fault-throughput-response", "1")));
        mesh.Send(upstream, new Message(MessageType.Response, mesh.Received(upstream).Single().Id) { Status = Status.Ok, Text = new string('x', 2048) });
        mesh.Kernel.AdvanceTime(1900);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(200);
        Assert.Single(mesh.Received(client));
    }

    [Fact]
    public void Faults_are_for_clusters_sources_and_attributes_that_they_name()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new FaultConfig
        {
            Abort = new(ReplyReason.Fault, Fraction.All),
            Match = [new("user", new ExactMatch("test")), new("source.ip", new PrefixMatch("127."))],
            Cluster = "main",
        });
        var client = mesh.Client();
        mesh.Send(client, Request(1, "echo", ("user", "test")), Request(2, "echo", ("user", "other")));
        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);
        Assert.Single(mesh.Received(server.Accept()));

        // What a request says of its source counts for nothing.
        Start(mesh, new FaultConfig { Abort = new(ReplyReason.Fault, Fraction.All), Match = [new("source.ip", new ExactMatch("10.9.9.9"))] });
        mesh.Send(client, Request(3, "echo", ("source.ip", "10.9.9.9")));
        Assert.Empty(mesh.Received(client));

        Start(mesh, new FaultConfig { Abort = new(ReplyReason.Fault, Fraction.All), Cluster = "another" });
        mesh.Send(client, Request(4));
        Assert.Empty(mesh.Received(client));
    }

    [Fact]
    public void A_listeners_faults_are_for_routes_without_their_own()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Kernel.Serve();
        RouteConfig[] routes =
        [
            Route(route => route with { Match = [new("command", new ExactMatch("spared"))], Fault = new FaultConfig() }),
            Route(),
        ];
        mesh.Apply(routes, [Cluster("main", [server])], chain => chain with { Fault = new FaultConfig { Abort = new(ReplyReason.Fault, Fraction.All) } });
        var client = mesh.Client();
        mesh.Send(client, Request(1, "spared"), Request(2));
        Assert.Equal(2u, Assert.Single(mesh.Received(client)).Id);
        Assert.Single(mesh.Received(server.Accept()));
    }

    private static FaultDelayConfig Fixed(int milliseconds) => new(FaultDelayKind.Fixed, TimeSpan.FromMilliseconds(milliseconds), Fraction.All);

    private static MemoryServer Start(MemoryMesh mesh, FaultConfig fault, Func<RouteConfig, RouteConfig>? change = null) => mesh.Start(
        route: route => (change?.Invoke(route) ?? route) with { Fault = fault },
        cluster: cluster => cluster with { HeartbeatInterval = TimeSpan.Zero })[0];

    private static string Text(MemoryPeer peer) => System.Text.Encoding.UTF8.GetString(peer.Take());

    /// <summary>Requests with a response flag.</summary>
    private static long Requests(MemoryMesh mesh, string flag) => mesh.Proxy.Metrics.Sum("istio_requests_total", $"response_flags=\"{flag}\"");
}
