using Meltemi.Interop.Tests.RateLimit;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Limits over time: of this proxy, and of a service that counts for all.</summary>
public sealed class LimitTests
{
    private const string Local = "aeraki.meta_protocol.filters.local_ratelimit";
    private const string Global = "aeraki.meta_protocol.filters.ratelimit";

    [PolicyTheory, EachProtocol]
    public async Task The_first_condition_that_matches_charges_its_bucket_and_only_that(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        LocalLimitRule Rule(int perHour, string? method = null) =>
            new(method is null ? [] : [new("method", new ExactMatch(method))], new(perHour, perHour, TimeSpan.FromHours(1)));
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main")], [Mesh.Cluster("main", servers.Address)], null,
            new FilterConfig(Local, new LocalRateLimitConfig { StatPrefix = "shop", Rules = [Rule(1, "who"), Rule(2)] }));
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal("a", await client.ResultAsync("who", on: 1));
        Assert.Equal("meltemi: over the local rate limit 'shop' (RL)", await client.ErrorAsync("who", on: 2));
        for (var on = 1; on <= 2; on++) Assert.Equal("x", await client.ResultAsync("echo", "x", on));
        Assert.Equal("meltemi: over the local rate limit 'shop' (RL)", await client.ErrorAsync("echo", "x"));
        Assert.Equal((3, 2), (Figure(mesh, "ok"), Figure(mesh, "rate_limited")));
    }

    [PolicyTheory, EachProtocol]
    public async Task Each_user_has_a_bucket_of_its_own_over_all_connections(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main")], [Mesh.Cluster("main", servers.Address)], null, new FilterConfig(Local, PerUser()));
        await using var client = await protocol.ConnectAsync(mesh.Port);

        foreach (var user in new[] { "ann", "bob" })
        {
            for (var on = 0; on < 3; on++) Assert.Equal("a", await client.ResultAsync("who", on: on, headers: ("user", user)));
            Assert.Contains("over the local rate limit 'shop' (RL)", await client.ErrorAsync("who", on: 3, headers: ("user", user)));
        }

        Assert.Equal((6, 2, 2), (Figure(mesh, "ok"), Figure(mesh, "rate_limited"), Figure(mesh, "enforced")));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_limit_that_only_observes_counts_and_refuses_nothing(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var route = Mesh.Route("main") with { LocalRateLimit = PerUser() with { EnforcedMillionths = 0 } };
        using var mesh = new Mesh(protocol.Codec(), [route], [Mesh.Cluster("main", servers.Address)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal(10, (await client.TallyAsync("who", 10, headers: ("user", "ann")))["a"]);

        Assert.Equal((3, 7, 0), (Figure(mesh, "ok"), Figure(mesh, "rate_limited"), Figure(mesh, "enforced")));
    }

    [PolicyTheory(Tools.Redis), EachProtocol]
    public async Task Two_proxies_keep_one_limit_in_Redis_and_go_on_without_it_as_configured(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var limits = await RateLimitProgram.StartAsync(
            "domain: shop\ndescriptors: [ { key: user, rate_limit: { unit: year, requests_per_unit: 4 } } ]", "--redis", redis.Address, "--redis-timeout", "10s");
        using var one = Proxy(deny: true);
        using var other = Proxy(deny: false);
        await using var client = await protocol.ConnectAsync(one.Port);
        await using var clientOfOther = await protocol.ConnectAsync(other.Port);

        foreach (var calling in new[] { client, clientOfOther, client, clientOfOther }) Assert.Equal("a", await calling.ResultAsync("who", headers: ("user", "ann")));
        foreach (var calling in new[] { client, clientOfOther })
        {
            Assert.Contains("meltemi: over the rate limit of 'shop' (RL)", await calling.ErrorAsync("who", headers: ("user", "ann")));
            Assert.Equal("a", await calling.ResultAsync("who", headers: ("user", "bob")));
            Assert.Equal("a", await calling.ResultAsync("who")); // Without what is counted by.
        }

        Assert.Equal((3, 1), (one.Figure("cluster.limits.ratelimit.ok"), one.Figure("cluster.limits.ratelimit.over_limit")));
        await limits.EndAsync();
        Assert.Contains("(RLSE)", await client.ErrorAsync("who", headers: ("user", "ann")));
        Assert.Equal("a", await clientOfOther.ResultAsync("who", headers: ("user", "ann")));
        Assert.Equal(1, other.Figure("cluster.limits.ratelimit.failure_mode_allowed"));

        Mesh Proxy(bool deny) => new(
            protocol.Codec(), [Mesh.Route("main")], [Mesh.Cluster("main", servers.Address), Mesh.Cluster("limits", limits.EndPoint)], null,
            new FilterConfig(Global, new GlobalRateLimitConfig
            {
                Domain = "shop",
                Server = new("limits", null),
                Timeout = TimeSpan.FromSeconds(30),
                FailureModeDeny = deny,
                Descriptors = [[new("user", "user")]],
            }));
    }

    private static LocalRateLimitConfig PerUser() =>
        new() { StatPrefix = "shop", Rules = [new([], new(3, 3, TimeSpan.FromHours(1)), new("user"))] };

    private static long Figure(Mesh mesh, string name) => mesh.Figure($"meta_protocol.shop.local_rate_limit.{name}");
}
