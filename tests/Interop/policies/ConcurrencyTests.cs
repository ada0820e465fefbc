using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>How many requests of a listener may be in flight: a fixed number with a line before it, or as many as the servers bear.</summary>
public sealed class ConcurrencyTests
{
    private const string Plain = "meltemi.filters.concurrency_limit";
    private const string Adaptive = "meltemi.filters.adaptive_concurrency";

    private static readonly RouteConfig Patient = Mesh.Route("main") with { Timeout = TimeSpan.Zero };

    [PolicyTheory, EachProtocol]
    public async Task In_a_full_line_the_youngest_of_the_lowest_gives_way_and_the_highest_goes_first(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var limit = new ConcurrencyLimitConfig
        {
            MaxConcurrency = 1,
            MaxQueue = 2,
            MaxWait = TimeSpan.FromHours(1),
            Classes = [new([new("user", new ExactMatch("gold"))], 9)],
        };
        using var mesh = new Mesh(protocol.Codec(), [Patient], [Mesh.Cluster("main", servers.Address)], null, new FilterConfig(Plain, limit));
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var inside = client.ResultAsync("hold", "inside", 1);
        await mesh.FigureAsync("listener.front.concurrency_limit.rq_active", 1);
        var older = client.ResultAsync("hold", "older", 2);
        await mesh.FigureAsync("listener.front.concurrency_limit.rq_waiting", 1);
        var younger = client.ErrorAsync("who", on: 3);
        await mesh.FigureAsync("listener.front.concurrency_limit.rq_waiting", 2);
        var gold = client.ResultAsync("hold", "gold", 4, ("user", "gold"));

        Assert.Contains("(UO)", await younger);
        Assert.Contains("(UO)", await client.ErrorAsync("who", on: 5));
        Assert.Equal((1, 1, 2), (Figure(mesh, "rq_shed"), Figure(mesh, "rq_blocked"), Figure(mesh, "rq_waiting")));
        await servers.WriteAsync("release inside");
        await inside;

        // The one that came last, and not the one that has waited: it would hold this one up.
        await servers.WriteAsync("release gold");
        await gold;
        Assert.False(older.IsCompleted);
        await servers.WriteAsync("release older");
        await older;
        Assert.Equal((0, 0), (Figure(mesh, "rq_active"), Figure(mesh, "rq_waiting")));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_request_that_waited_long_enough_is_refused(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var limit = new ConcurrencyLimitConfig { MaxConcurrency = 1, MaxQueue = 1, MaxWait = TimeSpan.FromMilliseconds(20) };
        using var mesh = new Mesh(protocol.Codec(), [Patient], [Mesh.Cluster("main", servers.Address)], null, new FilterConfig(Plain, limit));
        await using var client = await protocol.ConnectAsync(mesh.Port);
        var inside = client.ResultAsync("hold", "waits", 1);
        await mesh.FigureAsync("listener.front.concurrency_limit.rq_active", 1);

        Assert.Contains("(UO)", await client.ErrorAsync("who", on: 2));

        Assert.Equal(1, Figure(mesh, "rq_queue_timeout"));
        await servers.WriteAsync("release waits");
        await inside;
        Assert.Equal("a", await client.ResultAsync("who", on: 2));
    }

    [PolicyTheory, EachProtocol]
    public async Task The_bound_falls_when_calls_take_longer_than_they_should_and_rises_when_they_do_not(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();

        // What takes longer than ten microseconds is too long: any call here.
        var strict = new AdaptiveConcurrencyConfig { UpdateInterval = TimeSpan.FromMilliseconds(10), FixedShortest = TimeSpan.FromMicroseconds(10), MinLimit = 2 };
        using var mesh = new Mesh(protocol.Codec(), [Patient], [Mesh.Cluster("main", servers.Address)], null, new FilterConfig(Adaptive, strict));
        await using var client = await protocol.ConnectAsync(mesh.Port);
        await CallUntilAsync(limit => limit == 2);

        var held = new[] { 1, 2 }.Select(on => client.ResultAsync("hold", "adaptive", on)).ToArray();
        await mesh.FigureAsync("cluster.main.upstream_rq_active", 2);
        Assert.Contains("(UO)", await client.ErrorAsync("who", on: 3));
        Assert.Equal(1, Figure("rq_blocked"));
        await servers.WriteAsync("release adaptive");
        await Task.WhenAll(held);

        var lenient = strict with { FixedShortest = TimeSpan.FromHours(1), MaxLimit = 50 };
        mesh.ChangeChain(chain => chain with { Filters = [new FilterConfig(Adaptive, lenient)] });
        await CallUntilAsync(limit => limit == 50);

        long Figure(string name) => mesh.Figure($"listener.front.adaptive_concurrency.gradient_controller.{name}");

        async Task CallUntilAsync(Func<long, bool> reached)
        {
            for (var calls = 0; !reached(Figure("concurrency_limit")); calls++)
            {
                Assert.True(calls < 10_000, mesh.Prometheus());
                Assert.Equal("a", await client.ResultAsync("who"));
            }
        }
    }

    private static long Figure(Mesh mesh, string name) => mesh.Figure($"listener.front.concurrency_limit.{name}");
}
