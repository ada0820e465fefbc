using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Tars;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Tars;

/// <summary>@tars/rpc's client and server with a proxy between.</summary>
public sealed class TarsTests(TarsServers servers) : IClassFixture<TarsServers>
{
    public static TheoryData<string> Dialects { get; } = ["tars", "tup", "tup-complex"];

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData("tars", PoolMode.Multiplexed)]
    [InlineData("tup", PoolMode.Multiplexed)]
    [InlineData("tup-complex", PoolMode.Multiplexed)]
    [InlineData("tars", PoolMode.Bound)]
    public async Task All_goes_through_the_proxy_as_it_goes_without(string dialect, PoolMode mode)
    {
        using var mesh = new Mesh(new TarsCodecFactory(), [Mesh.Route("main")], [await ClusterAsync("main")], mode);

        var run = await TarsPeers.CallAsync(
            mesh.Port, ["--dialect", dialect, "--attach", "user=ann", "--attach", "x-lane=canary", .. TarsPeers.Cases]);

        Assert.Equal(TarsPeers.Cases, run.Results.Select(result => result.Case));
        Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
        Assert.Equal(0, run.ExitCode);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Dialects))]
    public async Task Servant_function_and_context_decide_where_a_call_goes(string dialect)
    {
        using var mesh = new Mesh(
            new TarsCodecFactory(),
            [
                Mesh.Route("second", ("servant", "Demo.Greeter.GreeterObj"), ("func", "whoAmI"), ("user", "jason")),
                Mesh.Route("first", ("service", "Demo.Greeter.GreeterObj"), ("method", "whoAmI"), ("kind", "request")),
            ],
            [await ClusterAsync("first"), await ClusterAsync("second")]);

        var ofJason = await TarsPeers.CallAsync(mesh.Port, "--dialect", dialect, "--attach", "user=jason", "who", "hello");
        var ofAnn = await TarsPeers.CallAsync(mesh.Port, "--dialect", dialect, "--attach", "user=ann", "who");

        Assert.Equal(("second", "first"), (ofJason["who"].Value.GetString(), ofAnn["who"].Value.GetString()));
        Assert.Equal("-4 meltemi: no route matches this request (NR)", ofJason["hello"].Error);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Dialects))]
    public async Task The_server_sees_what_the_route_sets_and_removes(string dialect)
    {
        var route = Mesh.Route("main") with
        {
            RequestMutations =
            [
                new MutationConfig(ChangeKind.Set, "x-mesh", "grüße aus dem netz"),
                new MutationConfig(ChangeKind.Set, "user", "jason"),
                new MutationConfig(ChangeKind.Remove, "x-secret", ""),
                new MutationConfig(ChangeKind.Set, "status.x-lane", "blue"),
            ],
            ResponseMutations = [new MutationConfig(ChangeKind.Set, "x-answered", "by meltemi")],
        };
        using var mesh = new Mesh(new TarsCodecFactory(), [route], [await ClusterAsync("main")]);

        var run = await TarsPeers.CallAsync(
            mesh.Port, "--dialect", dialect, "--attach", "user=ann", "--attach", "x-secret=1", "--attach", "x-lane=canary",
            "attachments", "unicode", "largeArgument", "many");

        var seen = run["attachments"].Value;
        Assert.Equal("grüße aus dem netz", seen.GetProperty("x-mesh").GetString());
        Assert.Equal("jason", seen.GetProperty("user").GetString());
        Assert.Equal("canary", seen.GetProperty("x-lane").GetString());
        Assert.False(seen.TryGetProperty("x-secret", out _));
        Assert.All(run.Results.Where(result => result.Case != "attachments"), result => Assert.True(result.Expected, result.ToString()));
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task A_route_can_send_a_call_to_another_function()
    {
        var route = Mesh.Route("main") with { RequestMutations = [new MutationConfig(ChangeKind.Set, "func", "whoAmI")] };
        using var mesh = new Mesh(new TarsCodecFactory(), [route], [await ClusterAsync("main")]);
        Assert.Equal("main", (await TarsPeers.CallAsync(mesh.Port, "hello"))["hello"].Value.GetString());
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Dialects))]
    public async Task Each_failure_is_raised_as_an_error_with_code_cause_and_cluster(string dialect)
    {
        using var places = new Places();
        using var mesh = new Mesh(
            new TarsCodecFactory(),
            [
                Mesh.Route("empty", ("func", "sayHello")),
                Mesh.Route("refusing", ("func", "echo")),
                Mesh.Route("silent", ("func", "slow")) with { Timeout = TimeSpan.FromMilliseconds(50) },
                Mesh.Route("main", ("func", "whoAmI")),
            ],
            [Mesh.Cluster("empty"), Mesh.Cluster("refusing", places.Refusing), Mesh.Cluster("silent", places.Silent), await ClusterAsync("main")]);

        var run = await TarsPeers.CallAsync(mesh.Port, "--dialect", dialect, "noSuchMethod", "hello", "int", "slow", "who");

        Assert.Equal("-4 meltemi: no route matches this request (NR)", run["noSuchMethod"].Error);
        Assert.Equal("-10 meltemi: no healthy endpoint in cluster 'empty' (UH)", run["hello"].Error);
        Assert.Equal($"-8 meltemi: cannot connect to {places.Refusing} of cluster 'refusing' (UF)", run["int"].Error);
        Assert.Equal($"-7 meltemi: no answer from cluster 'silent' ({places.Silent}) in time (UT)", run["slow"].Error);
        Assert.Equal("main", run["who"].Value.GetString());
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task The_time_out_in_a_request_is_its_deadline()
    {
        using var places = new Places();
        using var mesh = new Mesh(new TarsCodecFactory(), [Mesh.Route("silent")], [Mesh.Cluster("silent", places.Silent)]);

        // The client's own timer is told the same, and may be first.
        var run = await TarsPeers.CallAsync(mesh.Port, "--timeout", "50", "hello");
        await Safety.Until(() => mesh.Figure("cluster.silent.upstream_rq_timeout") == 1, () => run.Seen);

        Assert.False(run["hello"].Ok);
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task A_server_that_is_killed_fails_its_calls_and_the_next_ones_until_it_is_back()
    {
        await using var upstream = await TarsPeers.ServeAsync();
        using var mesh = new Mesh(new TarsCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);
        upstream.Freeze();
        await using var calling = await TarsPeers.StartAsync(mesh.Port, "hello", "who");
        await mesh.SentAsync("main", () => calling.Seen);

        await upstream.KillAsync();
        var run = await CasePeers.EndAsync(calling);

        Assert.Equal($"-8 meltemi: {upstream.Address} of cluster 'main' closed the connection before answering (UC)", run["hello"].Error);
        Assert.Equal($"-8 meltemi: cannot connect to {upstream.Address} of cluster 'main' (UF)", run["who"].Error);
        await using var back = await TarsPeers.ServeAsync("back", upstream.Address.Port);
        Assert.Equal("back", (await TarsPeers.CallAsync(mesh.Port, "who"))["who"].Value.GetString());
    }

    private async Task<ClusterConfig> ClusterAsync(string name) => Mesh.Cluster(name, (await servers.GetAsync(name)).Address);
}
