using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>Dubbo's clients do not notice that an endpoint does not work, where the route says that calls may be tried again.</summary>
public sealed class DubboRetryTests(DubboServers servers) : IClassFixture<DubboServers>
{
    public static TheoryData<string> Clients { get; } = [.. DubboPeers.Clients];

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Clients))]
    public async Task Calls_find_the_endpoint_that_works(string client)
    {
        using var places = new Places();
        var upstream = await servers.GetAsync(DubboPeers.ApacheServer);
        var retry = new RetryConfig { On = ["connect-failure", "reset"], MaxRetries = 4, HostAttempts = 10, PerTryTimeout = TimeSpan.FromMilliseconds(500) };
        using var mesh = new Mesh(
            new DubboCodecFactory(), [Mesh.Route("main") with { Retry = retry }],
            [Mesh.Cluster("main", places.Refusing, places.Silent, upstream.Address)]);

        var run = await DubboPeers.CallAsync(client, mesh.Port, "hello", "int", "who");

        Assert.Equal(DubboPeers.ApacheServer, run["who"].Value.GetString());
        Assert.Equal(0, run.ExitCode);
        Assert.True(mesh.Figure("cluster.main.upstream_rq_retry_success") > 0);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Clients))]
    public async Task A_second_try_overtakes_the_one_that_hangs_and_the_late_answer_reaches_nobody(string client)
    {
        await using var slow = await DubboPeers.ServeAsync(DubboPeers.SofaServer, "slow");
        var fast = await servers.GetAsync(DubboPeers.ApacheServer);
        var hedge = new RetryConfig { MaxRetries = 1, PerTryTimeout = TimeSpan.FromMilliseconds(50), HedgeOnPerTryTimeout = true };
        using var mesh = new Mesh(
            new DubboCodecFactory(), [Mesh.Route("main") with { Retry = hedge }], [Mesh.Cluster("main", slow.Address, fast.Address)]);
        slow.Freeze();

        // The first of two calls, or the second, goes to the one that hangs.
        var run = await DubboPeers.CallAsync(client, mesh.Port, "who", "hello");

        Assert.Equal(DubboPeers.ApacheServer, run["who"].Value.GetString());
        Assert.Equal(0, run.ExitCode);
        Assert.True(mesh.Figure("cluster.main.upstream_rq_hedge_success") > 0);
        slow.Thaw();
        await Safety.Until(() => mesh.Figure("cluster.main.upstream_rq_late") > 0, () => mesh.Prometheus());
    }
}
