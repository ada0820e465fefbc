using System.Collections.Immutable;
using Meltemi.Interop.Tests.Dubbo;
using Meltemi.Interop.Tests.Support;
using Meltemi.Interop.Tests.Thrift;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary>Requests of real clients meet limits, on a proxy with two loops.</summary>
public sealed class ProxyLimitTests
{
    private const string Local = "aeraki.meta_protocol.filters.local_ratelimit";
    private const string Global = "aeraki.meta_protocol.filters.ratelimit";

    private static readonly string[] Calls = ["hello", "int", "who"];

    public static TheoryData<string, ThriftDialect> Dialects { get; } = new()
    {
        { "node", new ThriftDialect("framed", "binary", false) },
        { "python", new ThriftDialect("header", "compact", false) },
        { "python", new ThriftDialect("buffered", "binary", true) },
    };

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting)]
    [InlineData(DubboPeers.Apache)]
    public async Task A_Dubbo_client_over_a_local_limit_gets_an_error_that_says_so(string client)
    {
        await using var server = await DubboPeers.ServeAsync(DubboPeers.SofaServer);
        using var mesh = new Mesh(
            new DubboCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", server.Address)], null,
            new FilterConfig(Local, Limit(Rule(1, "whoAmI"), Rule(2))));

        var run = await DubboPeers.CallAsync(client, mesh.Port, "who", "hello", "int", "unicode");
        var again = await DubboPeers.CallAsync(client, mesh.Port, "who");

        Assert.True(run["who"].Expected && run["hello"].Expected && run["int"].Expected, run.Seen);
        Assert.Contains("meltemi: over the local rate limit 'shop' (RL)", run["unicode"].Error);
        Assert.Contains("meltemi: over the local rate limit 'shop' (RL)", again["who"].Error);
        Assert.Equal((3, 2), (mesh.Figure("meta_protocol.shop.local_rate_limit.ok"), mesh.Figure("meta_protocol.shop.local_rate_limit.rate_limited")));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Dialects))]
    public async Task A_Thrift_client_over_the_local_limit_of_a_route_gets_an_exception_that_says_so(string client, ThriftDialect dialect)
    {
        await using var server = await ThriftPeers.ServeAsync("python", dialect);
        var route = Mesh.Route("main", ("method", "add")) with { LocalRateLimit = Limit(Rule(1)) };
        using var mesh = new Mesh(new ThriftCodecFactory(), [route, Mesh.Route("main")], [Mesh.Cluster("main", server.Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        Assert.Equal(3, (int)(await calling.CallAsync("""{"call": "add", "args": [1, 2]}"""))["result"]!);
        Assert.Contains("meltemi: over the local rate limit 'shop' (RL)", (string?)(await calling.CallAsync("""{"call": "add", "args": [1, 2]}"""))["message"]);
        Assert.Equal("x", (string?)(await calling.CallAsync("""{"call": "echo", "args": ["x"]}"""))["result"]);
        await calling.EndAsync();
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task A_service_of_others_decides()
    {
        await Peers.InstalledAsync();
        await using var server = await DubboPeers.ServeAsync(DubboPeers.SofaServer);
        await using var limits = await PeerProcess.ServeAsync(["node", Peers.PathOf("ratelimit/node/server.js")]);
        using var mesh = Limited(server, limits, TimeSpan.FromSeconds(30));

        var passed = await DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, ["--attach", "user=ann", .. Calls]);
        var refused = await DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, ["--attach", "user=over", .. Calls]);
        var failed = await DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, ["--attach", "user=fail", .. Calls]);
        var uncounted = await DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, Calls); // without what is counted by

        Assert.All(Calls, call => Assert.True(passed[call].Expected && failed[call].Expected && uncounted[call].Expected));
        Assert.All(Calls, call => Assert.Contains("meltemi: over the rate limit of 'shop' (RL)", refused[call].Error));
        Assert.Equal(
            (3, 3, 3, 3),
            (mesh.Figure("cluster.limits.ratelimit.ok"), mesh.Figure("cluster.limits.ratelimit.over_limit"), mesh.Figure("cluster.limits.ratelimit.error"),
                mesh.Figure("cluster.limits.ratelimit.failure_mode_allowed")));
        Assert.Contains("\"domain\":\"shop\",\"hitsAddend\":2", limits.Seen, StringComparison.Ordinal);
        Assert.Contains("""[{"key":"method","value":"sayHello"},{"key":"tier","value":"gold"},{"key":"user","value":"ann"}]""", limits.Seen, StringComparison.Ordinal);
    }

    /// <summary>A service that does not answer holds a request up for no longer than its time-out, in both modes; then it goes on, or says why not.</summary>
    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_an_answer_in_time_the_failure_mode_decides(bool deny)
    {
        await Peers.InstalledAsync();
        using var places = new Places();
        await using var server = await DubboPeers.ServeAsync(DubboPeers.SofaServer);
        await using var limits = await PeerProcess.ServeAsync(["node", Peers.PathOf("ratelimit/node/server.js")]);
        using var mesh = Limited(server, limits, TimeSpan.FromMilliseconds(50), deny, places);

        foreach (var user in new[] { "silent", "gone", "stalled" })
        {
            var run = await DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, ["--attach", $"user={user}", "hello"]);
            if (deny) Assert.Contains("meltemi: the rate limit service did not answer (RLSE)", run["hello"].Error);
            else Assert.True(run["hello"].Expected, run.Seen);
        }

        Assert.Contains(deny ? "response_flags=\"RLSE\"" : "response_flags=\"-\"", mesh.Prometheus(), StringComparison.Ordinal);
    }

    [PeerFact(Tools.Node, Tools.Npm, Tools.Redis, Tools.Thrift, Tools.PythonThrift)]
    public async Task Two_proxies_keep_one_limit_in_Redis()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var limits = await RateLimitProgram.StartAsync(
            "domain: shop\ndescriptors: [ { key: method, value: add, rate_limit: { unit: day, requests_per_unit: 4 } } ]", "--redis", redis.Address, "--redis-timeout", "10s");
        var dialect = new ThriftDialect("framed", "binary", false);
        await using var server = await ThriftPeers.ServeAsync("python", dialect);
        using var one = Proxy();
        using var other = Proxy();
        await using var client = await ThriftPeers.ConnectAsync("node", one.Port, dialect);
        await using var clientOfOther = await ThriftPeers.ConnectAsync("node", other.Port, dialect);

        foreach (var calling in new[] { client, clientOfOther, client, clientOfOther })
            Assert.Equal(3, (int)(await calling.CallAsync("""{"call": "add", "args": [1, 2]}"""))["result"]!);
        foreach (var calling in new[] { client, clientOfOther })
        {
            Assert.Contains("meltemi: over the rate limit of 'shop' (RL)", (string?)(await calling.CallAsync("""{"call": "add", "args": [1, 2]}"""))["message"]);
            Assert.Equal("x", (string?)(await calling.CallAsync("""{"call": "echo", "args": ["x"]}"""))["result"]);
        }

        await client.EndAsync();
        await clientOfOther.EndAsync();

        Mesh Proxy() => new(
            new ThriftCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", server.Address), Mesh.Cluster("limits", limits.EndPoint)], null,
            new FilterConfig(Global, new GlobalRateLimitConfig
            {
                Domain = "shop",
                Server = new("limits", null),
                Timeout = TimeSpan.FromSeconds(30),
                FailureModeDeny = true,
                Descriptors = [[new("method", "method")]],
            }));
    }

    private static Mesh Limited(PeerProcess server, PeerProcess limits, TimeSpan timeout, bool deny = false, Places? places = null)
    {
        GlobalRateLimitConfig Service(string cluster, string user) => new()
        {
            Match = user.Length == 0 ? [] : [new("user", new ExactMatch(user))],
            Domain = "shop",
            Server = new(cluster, null),
            Timeout = timeout,
            FailureModeDeny = deny,
            HitsAddend = 2,
            Descriptors = [[new("method", "method"), new("tier", null, "gold"), new("user", "user")]],
        };
        ImmutableArray<FilterConfig> filters = places is null
            ? [new(Global, Service("limits", ""))]
            : [new(Global, Service("limits", "silent")), new(Global, Service("gone", "gone")), new(Global, Service("stalled", "stalled"))];
        return new Mesh(
            new DubboCodecFactory(), [Mesh.Route("main")],
            [
                Mesh.Cluster("main", server.Address), Mesh.Cluster("limits", limits.Address),
                Mesh.Cluster("gone", places is null ? [] : [places.Refusing]), Mesh.Cluster("stalled", places is null ? [] : [places.Silent]),
            ], null, [.. filters]);
    }

    private static LocalRateLimitConfig Limit(params LocalLimitRule[] rules) => new() { StatPrefix = "shop", Rules = [.. rules] };

    private static LocalLimitRule Rule(int perHour, string? method = null) => new(
        method is null ? [] : [new("method", new ExactMatch(method))], new(perHour, perHour, TimeSpan.FromHours(1)));
}
