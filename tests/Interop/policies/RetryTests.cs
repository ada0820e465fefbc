using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Calls that are made again, one after the other or side by side.</summary>
public sealed class RetryTests
{
    private static readonly LimitsConfig Retries = new() { MaxRetries = 100 };

    [PolicyTheory, EachProtocol]
    public async Task Calls_find_the_endpoint_that_works(Protocol protocol)
    {
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var retry = new RetryConfig { On = ["connect-failure", "reset"], MaxRetries = 4, HostAttempts = 10, PerTryTimeout = TimeSpan.FromMilliseconds(500) };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Retry = retry }],
            [Mesh.Cluster("main", places.Refusing, places.Silent, servers.Address) with { Limits = Retries }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal(8, (await client.TallyAsync("who", 8))["a"]);
        Assert.True(mesh.Figure("cluster.main.upstream_rq_retry_success") > 0);
        Assert.True(mesh.Figure("cluster.main.upstream_rq_per_try_timeout") > 0);
    }

    [PolicyTheory, EachProtocol]
    public async Task What_a_server_answers_is_a_reason_to_ask_another_only_where_the_route_says_so(Protocol protocol)
    {
        await using var servers = await protocol.ServeAsync("bad,good");
        var retry = new RetryConfig { On = ["5xx"], MaxRetries = 3, HostAttempts = 5, BackOffBase = TimeSpan.FromMilliseconds(1) };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("again", ("user", "again")) with { Retry = retry }, Mesh.Route("once")],
            [Mesh.Cluster("again", [.. servers.Addresses]) with { Limits = Retries }, Mesh.Cluster("once", [.. servers.Addresses])]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal("x", Assert.Single(await client.TallyAsync("sometimes", 100, "x", headers: ("user", "again"))).Key);
        Assert.Equal(mesh.Figure("cluster.again.upstream_rq_retry"), mesh.Figure("cluster.again.upstream_rq_retry_success"));
        Assert.True(mesh.Figure("cluster.again.upstream_rq_retry") > 0);

        Assert.Equal(["broken by chance", "x"], (await client.TallyAsync("sometimes", 100, "x")).Keys.Order());
    }

    [PolicyTheory, EachProtocol]
    public async Task Codes_of_the_protocol_are_a_reason_and_others_are_not(Protocol protocol)
    {
        await using var servers = await protocol.ServeAsync("bad,good");
        var code = protocol == Protocol.Dubbo ? 80 : 6; // SERVER_ERROR; INTERNAL_ERROR of a TApplicationException
        RetryConfig On(int code) => new() { On = ["retriable-status-codes"], Codes = [code], MaxRetries = 3, HostAttempts = 5, BackOffBase = TimeSpan.FromMilliseconds(1) };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("this", ("user", "this")) with { Retry = On(code) }, Mesh.Route("another") with { Retry = On(code + 1) }],
            [Mesh.Cluster("this", [.. servers.Addresses]) with { Limits = Retries }, Mesh.Cluster("another", [.. servers.Addresses])]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal("x", Assert.Single(await client.TallyAsync("sometimes", 100, "x", headers: ("user", "this"))).Key);
        Assert.Equal(["broken by chance", "x"], (await client.TallyAsync("sometimes", 100, "x")).Keys.Order());
        Assert.Equal(0, mesh.Figure("cluster.another.upstream_rq_retry"));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_call_that_is_too_large_to_be_kept_has_one_try(Protocol protocol)
    {
        using var places = new Places();
        var retry = new RetryConfig { On = ["connect-failure"], BufferLimitBytes = 1000, BackOffBase = TimeSpan.FromMilliseconds(1) };
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main") with { Retry = retry }], [Mesh.Cluster("main", places.Refusing)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Contains("cannot connect", await client.ErrorAsync("echo", "small"));
        Assert.Equal((1, 0), (mesh.Figure("cluster.main.upstream_rq_retry"), mesh.Figure("cluster.main.retry_or_shadow_abandoned")));
        Assert.Contains("cannot connect", await client.ErrorAsync("echo", new string('x', 1000)));
        Assert.Equal((1, 1), (mesh.Figure("cluster.main.upstream_rq_retry"), mesh.Figure("cluster.main.retry_or_shadow_abandoned")));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_second_try_overtakes_the_one_that_hangs_and_the_late_answer_reaches_nobody(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var slow = await protocol.ServeAsync("slow");
        var hedge = new RetryConfig { MaxRetries = 1, HostAttempts = 5, PerTryTimeout = TimeSpan.FromMilliseconds(50), HedgeOnPerTryTimeout = true };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Retry = hedge, Timeout = TimeSpan.Zero }], [Mesh.Cluster("main", slow.Address, servers.Address)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        slow.Freeze();

        Assert.Equal("a", Assert.Single(await client.TallyAsync("who", 2)).Key);

        Assert.True(mesh.Figure("cluster.main.upstream_rq_hedge_success") > 0);
        slow.Thaw();
        if (protocol == Protocol.Dubbo) await Safety.Until(() => mesh.Figure("cluster.main.upstream_rq_late") > 0, mesh.Prometheus);
        Assert.Equal(["a", "slow"], (await client.TallyAsync("who", 10)).Keys.Order());
    }

    [PolicyTheory, EachProtocol]
    public async Task Of_tries_that_begin_together_the_first_answer_counts(Protocol protocol)
    {
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var both = new RetryConfig { InitialRequests = 2, HostAttempts = 5 };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Retry = both }],
            [Mesh.Cluster("main", places.Silent, servers.Address) with { Limits = Retries }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal(20, (await client.TallyAsync("who", 20))["a"]);
        Assert.Equal(20, mesh.Figure("cluster.main.upstream_rq_hedge"));
        Assert.Equal(0, mesh.Figure("cluster.main.upstream_rq_active"));
    }
}
