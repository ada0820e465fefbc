using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Bolt;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Bolt;

/// <summary>sofa-rpc-node's client and server with a proxy between.</summary>
public sealed class BoltTests(BoltServers servers) : IClassFixture<BoltServers>
{
    public static TheoryData<string, string> Codings { get; } = new MatrixTheoryData<string, string>(BoltPeers.Dialects, BoltPeers.Codecs);

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Codings))]
    public async Task All_goes_through_the_proxy_as_it_goes_without(string dialect, string codec)
    {
        var mode = dialect == "v2" ? PoolMode.Bound : PoolMode.Multiplexed;
        using var mesh = new Mesh(new BoltCodecFactory(), [Mesh.Route("main")], [await ClusterAsync("main")], mode);

        var run = await BoltPeers.CallAsync(
            mesh.Port, ["--dialect", dialect, "--codec", codec, "--attach", "user=ann", "--attach", "x-lane=canary", .. BoltPeers.Cases]);

        Assert.Equal(BoltPeers.Cases, run.Results.Select(result => result.Case));
        Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
        Assert.Equal(0, run.ExitCode);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Codings))]
    public async Task Service_and_method_decide_where_a_call_goes_in_every_coding(string dialect, string codec)
    {
        using var mesh = new Mesh(
            new BoltCodecFactory(),
            [Mesh.Route("second", ("service", "com.example.Greeter:1.0.0"), ("method", "whoAmI")), Mesh.Route("first", ("method", "sayHello"))],
            [await ClusterAsync("first"), await ClusterAsync("second")]);

        var run = await BoltPeers.CallAsync(mesh.Port, "--dialect", dialect, "--codec", codec, "who", "hello", "int");

        Assert.Equal("second", run["who"].Value.GetString());
        Assert.True(run["hello"].Expected);
        Assert.Contains("meltemi: no route matches this request (NR)", run["int"].Error);
        Assert.Equal((1L, 1L), (mesh.Figure("cluster.second.upstream_rq_completed"), mesh.Figure("cluster.first.upstream_rq_completed")));
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task A_header_decides_where_a_call_goes()
    {
        using var mesh = new Mesh(
            new BoltCodecFactory(), [Mesh.Route("second", ("user", "jason"), ("caller", "interop")), Mesh.Route("first", ("user", "ann"))],
            [await ClusterAsync("first"), await ClusterAsync("second")]);

        var ofJason = await BoltPeers.CallAsync(mesh.Port, "--codec", "protobuf", "--attach", "user=jason", "who");
        var ofAnn = await BoltPeers.CallAsync(mesh.Port, "--codec", "protobuf", "--attach", "user=ann", "who");

        Assert.Equal(("second", "first"), (ofJason["who"].Value.GetString(), ofAnn["who"].Value.GetString()));
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData("v1")]
    [InlineData("v2-crc")]
    public async Task The_server_sees_the_headers_that_the_route_sets_and_removes(string dialect)
    {
        var route = Mesh.Route("main") with
        {
            RequestMutations =
            [
                new MutationConfig(ChangeKind.Set, "x-mesh", "grüße aus dem netz"),
                new MutationConfig(ChangeKind.Set, "user", "jason"),
                new MutationConfig(ChangeKind.Remove, "x-secret", ""),
            ],
            ResponseMutations = [new MutationConfig(ChangeKind.Set, "x-answered", "by meltemi")],
        };
        using var mesh = new Mesh(new BoltCodecFactory(), [route], [await ClusterAsync("main")]);

        var run = await BoltPeers.CallAsync(
            mesh.Port, "--dialect", dialect, "--codec", "protobuf", "--attach", "user=ann", "--attach", "x-secret=1", "--attach", "x-lane=canary",
            "attachments", "unicode", "largeArgument", "many");

        var seen = run["attachments"].Value;
        Assert.Equal("grüße aus dem netz", seen.GetProperty("x-mesh").GetString());
        Assert.Equal("jason", seen.GetProperty("user").GetString());
        Assert.Equal("canary", seen.GetProperty("x-lane").GetString());
        Assert.False(seen.TryGetProperty("x-secret", out _));
        Assert.All(run.Results.Where(result => result.Case != "attachments"), result => Assert.True(result.Expected, result.ToString()));
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Codings))]
    public async Task Each_failure_is_raised_as_an_error_with_cause_and_cluster(string dialect, string codec)
    {
        using var places = new Places();
        using var mesh = new Mesh(
            new BoltCodecFactory(),
            [
                Mesh.Route("empty", ("method", "sayHello")),
                Mesh.Route("refusing", ("method", "echo")),
                Mesh.Route("silent", ("method", "slow")) with { Timeout = TimeSpan.FromMilliseconds(50) },
                Mesh.Route("main", ("method", "whoAmI")),
            ],
            [Mesh.Cluster("empty"), Mesh.Cluster("refusing", places.Refusing), Mesh.Cluster("silent", places.Silent), await ClusterAsync("main")]);

        var run = await BoltPeers.CallAsync(
            mesh.Port, "--dialect", dialect, "--codec", codec, "noSuchMethod", "hello", "int", "slow", "who");

        Assert.Contains("meltemi: no route matches this request (NR)", run["noSuchMethod"].Error);
        Assert.Contains("meltemi: no healthy endpoint in cluster 'empty' (UH)", run["hello"].Error);
        Assert.Contains($"meltemi: cannot connect to {places.Refusing} of cluster 'refusing' (UF)", run["int"].Error);
        Assert.Contains($"meltemi: no answer from cluster 'silent' ({places.Silent}) in time (UT)", run["slow"].Error);
        Assert.Equal("main", run["who"].Value.GetString());
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task Errors_are_readable_in_the_newer_Hessian_too()
    {
        using var mesh = new Mesh(new BoltCodecFactory(), [Mesh.Route("empty")], [Mesh.Cluster("empty")]);
        var run = await BoltPeers.CallAsync(mesh.Port, "--hessian", "4.0", "hello");
        Assert.Contains("meltemi: no healthy endpoint in cluster 'empty' (UH)", run["hello"].Error);
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task The_time_out_in_a_request_is_its_deadline()
    {
        using var places = new Places();
        using var mesh = new Mesh(
            new BoltCodecFactory(), [Mesh.Route("silent")], [Mesh.Cluster("silent", places.Silent)]);

        // The client's own timer is told the same, and may be first.
        var run = await BoltPeers.CallAsync(mesh.Port, "--timeout", "50", "hello");
        await Safety.Until(() => mesh.Figure("cluster.silent.upstream_rq_timeout") == 1, () => run.Seen);

        Assert.False(run["hello"].Ok);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData("v1")]
    [InlineData("v2-crc")]
    public async Task A_server_answers_the_heartbeats_of_the_proxy(string dialect)
    {
        // Long enough that a busy machine answers before the connection is given up, which it is after twice the interval.
        var cluster = await ClusterAsync("main") with { HeartbeatInterval = TimeSpan.FromSeconds(1.5) };
        using var mesh = new Mesh(new BoltCodecFactory(), [Mesh.Route("main")], [cluster]);
        var run = await BoltPeers.CallAsync(mesh.Port, "--dialect", dialect, "hello");
        var received = mesh.Figure("cluster.main.upstream_cx_rx_bytes_total");

        await Safety.Until(() => mesh.Figure("cluster.main.upstream_cx_rx_bytes_total") > received, () => run.Seen);

        Assert.Equal(1, mesh.Figure("cluster.main.upstream_heartbeats"));
        Assert.Equal(dialect == "v1" ? 20 : 26, mesh.Figure("cluster.main.upstream_cx_rx_bytes_total") - received);
        Assert.Equal(0, mesh.Figure("cluster.main.upstream_cx_protocol_error"));
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task A_server_that_is_killed_fails_its_calls_and_the_next_ones_until_it_is_back()
    {
        await using var upstream = await BoltPeers.ServeAsync();
        using var mesh = new Mesh(new BoltCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);
        upstream.Freeze();
        await using var calling = await BoltPeers.StartAsync(mesh.Port, "hello", "who");
        await mesh.SentAsync("main", () => calling.Seen);

        await upstream.KillAsync();
        var run = await CasePeers.EndAsync(calling);

        Assert.Contains($"meltemi: {upstream.Address} of cluster 'main' closed the connection before answering (UC)", run["hello"].Error);
        Assert.Contains($"meltemi: cannot connect to {upstream.Address} of cluster 'main' (UF)", run["who"].Error);
        await using var back = await BoltPeers.ServeAsync("back", upstream.Address.Port);
        Assert.Equal("back", (await BoltPeers.CallAsync(mesh.Port, "who"))["who"].Value.GetString());
    }

    private async Task<ClusterConfig> ClusterAsync(string name) => Mesh.Cluster(name, (await servers.GetAsync(name)).Address);
}
