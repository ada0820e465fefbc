using System.Collections.Immutable;
using Meltemi.Interop.Tests.Dubbo;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary>A rate limit service of others, and one that does not answer, asked for a real client's requests.</summary>
public sealed class ProxyLimitTests
{
    private const string Global = "aeraki.meta_protocol.filters.ratelimit";

    private static readonly string[] Calls = ["hello", "int", "who"];

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
}
