using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Concurrency;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Filters.Concurrency;

public class ConcurrencyFilterTests
{
    [Fact]
    public void More_requests_than_the_adaptive_bound_are_refused_and_the_figures_say_so()
    {
        using var mesh = new MemoryMesh();
        var config = new AdaptiveConcurrencyConfig { UpdateInterval = TimeSpan.FromMilliseconds(100), ProbeInterval = TimeSpan.FromSeconds(10), ProbeRequests = 3 };
        var server = Start(mesh, AdaptiveConcurrencyFilter.FilterName, config);
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4));
        Assert.EndsWith("more requests are in flight than the servers bear (UO)", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal((1, 3, 1), (Figure("rq_blocked"), Figure("concurrency_limit"), Figure("min_rtt_calculation_active")));

        mesh.Kernel.AdvanceTime(20);
        var upstream = server.Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Equal(3, mesh.Received(client).Count);
        Assert.Equal(0, Figure("min_rtt_calculation_active"));
        Assert.InRange(Figure("min_rtt_msecs"), 19, 21);

        long Figure(string name) => mesh.Figure($"listener.front.adaptive_concurrency.gradient_controller.{name}");
    }

    [Fact]
    public void The_important_go_first_and_displace_the_others()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, ConcurrencyLimitFilter.FilterName, new ConcurrencyLimitConfig
        {
            MaxConcurrency = 1,
            MaxQueue = 2,
            Classes = [new([new("command", new ExactMatch("urgent"))], 5)],
        });
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3));
        Assert.Empty(mesh.Received(client));
        Assert.Equal((1, 2), (Figure("rq_active"), Figure("rq_waiting")));

        mesh.Send(client, Request(4, "urgent"));
        Assert.Equal((3u, "meltemi: gave way to a more important request (UO)"), Mesh(Assert.Single(mesh.Received(client))));
        mesh.Send(client, Request(5));
        Assert.Equal((5u, "meltemi: too many requests are in flight and waiting (UO)"), Mesh(Assert.Single(mesh.Received(client))));

        var upstream = server.Accept();
        foreach (var expected in new[] { 1u, 4u, 2u })
        {
            mesh.Send(upstream, Answer(Assert.Single(mesh.Received(upstream))));
            Assert.Equal(expected, Assert.Single(mesh.Received(client)).Id);
        }

        Assert.Equal((0, 0), (Figure("rq_active"), Figure("rq_waiting")));
        Assert.Equal((1, 1, 3), (Figure("rq_blocked"), Figure("rq_shed"), Figure("rq_queued")));

        long Figure(string name) => mesh.Figure($"listener.front.concurrency_limit.{name}");

        static (uint, string) Mesh(Message answer) => (answer.Id, answer.Text);
    }

    [Fact]
    public void Nobody_waits_longer_than_is_allowed()
    {
        using var mesh = new MemoryMesh();
        Start(mesh, ConcurrencyLimitFilter.FilterName, new ConcurrencyLimitConfig { MaxConcurrency = 1, MaxQueue = 1, MaxWait = TimeSpan.FromMilliseconds(200) });
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2));
        mesh.Kernel.AdvanceTime(199);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(2);
        Assert.EndsWith("for too long (UO)", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("listener.front.concurrency_limit.rq_queue_timeout"));
    }

    [Fact]
    public void A_client_that_leaves_makes_room_for_those_who_wait()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, ConcurrencyLimitFilter.FilterName, new ConcurrencyLimitConfig { MaxConcurrency = 1, MaxQueue = 5 });
        var (inside, waiting, next) = (mesh.Client(), mesh.Client(), mesh.Client());
        mesh.Send(inside, Request(1));
        mesh.Send(waiting, Request(2));
        mesh.Send(next, Request(3));
        waiting.Reset();
        mesh.Kernel.RunUntilIdle();
        Assert.Equal(1, mesh.Figure("listener.front.concurrency_limit.rq_waiting"));
        inside.Reset();
        mesh.Kernel.RunUntilIdle();
        var upstream = server.Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Single(mesh.Received(next));
        Assert.Equal(0, mesh.Figure("listener.front.concurrency_limit.rq_active"));
    }

    [Fact]
    public async Task Over_many_loops_no_place_and_nobody_who_waits_is_lost()
    {
        var gate = new ConcurrencyGate(maxInside: 3, maxWaiting: 8000);
        var (inside, most, served) = (0, 0, 0);
        var loops = Enumerable.Range(0, 4).Select(_ => new EventLoop(new MemoryKernel())).ToArray();
        // A visitor who cannot go in gives its ticket to the gate; whoever is told that it is in works and leaves.
        await Task.WhenAll(loops.Select(loop => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                if (gate.TryEnter()) Work();
                else Assert.True(gate.TryJoin(new GateTicket(_ => Work(), loop) { Priority = i % 10 }));
                loop.RunOnce(0);
            }
        })));
        while (gate.Waiting > 0 || gate.Inside > 0 || served < 8000)
        {
            foreach (var loop in loops) loop.RunOnce(0);
        }

        Assert.InRange(most, 1, 3);
        Assert.Equal(8000, served);
        foreach (var loop in loops) loop.Dispose();

        void Work()
        {
            var now = Interlocked.Increment(ref inside);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
            Interlocked.Increment(ref served);
            Interlocked.Decrement(ref inside);
            gate.Leave();
        }
    }

    private static MemoryServer Start(MemoryMesh mesh, string filter, object options) =>
        mesh.Start(chain: chain => chain with { Filters = [new FilterConfig(filter, options)] })[0];
}
