using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>Requests of real clients are routed by what is in them, and changed on the way.</summary>
public sealed class DubboRoutingTests(DubboServers servers) : IClassFixture<DubboServers>
{
    public static TheoryData<string, string> Pairs { get; } = new MatrixTheoryData<string, string>(DubboPeers.Clients, DubboPeers.Servers);

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting)]
    [InlineData(DubboPeers.Apache)]
    public async Task An_attachment_decides_where_a_call_goes(string client)
    {
        using var mesh = new Mesh(
            new DubboCodecFactory(),
            [
                Mesh.Route("second", ("interface", "com.example.Greeter"), ("method", "whoAmI"), ("user", "jason")),
                Mesh.Route("first", ("interface", "com.example.Greeter"), ("version", "1.0.0")),
            ],
            await ClustersAsync());

        var ofJason = await DubboPeers.CallAsync(client, mesh.Port, "--attach", "user=jason", "who", "hello");
        var ofAnn = await DubboPeers.CallAsync(client, mesh.Port, "--attach", "user=ann", "who");
        var ofNobody = await DubboPeers.CallAsync(client, mesh.Port, "who");

        Assert.Equal(DubboPeers.ApacheServer, ofJason["who"].Value.GetString());
        Assert.Equal(DubboPeers.SofaServer, ofAnn["who"].Value.GetString());
        Assert.Equal(DubboPeers.SofaServer, ofNobody["who"].Value.GetString());
        Assert.True(ofJason["hello"].Expected);
        Assert.Equal((1L, 3L), (mesh.Figure("cluster.second.upstream_rq_completed"), mesh.Figure("cluster.first.upstream_rq_completed")));
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task Interface_and_method_decide_where_a_call_of_a_client_without_attachments_goes()
    {
        using var mesh = new Mesh(
            new DubboCodecFactory(),
            [Mesh.Route("second", ("interface", "com.example.Greeter"), ("method", "whoAmI")), Mesh.Route("first", ("method", "sayHello"))],
            await ClustersAsync());

        var run = await DubboPeers.CallAsync(DubboPeers.Dubbo2, mesh.Port, "who", "hello");

        Assert.Equal(DubboPeers.ApacheServer, run["who"].Value.GetString());
        Assert.True(run["hello"].Expected);
        Assert.Equal((1L, 1L), (mesh.Figure("cluster.second.upstream_rq_completed"), mesh.Figure("cluster.first.upstream_rq_completed")));
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Pairs))]
    public async Task The_server_sees_the_attachments_that_the_route_sets_adds_and_removes(string client, string server)
    {
        var route = Mesh.Route("main") with
        {
            RequestMutations =
            [
                new MutationConfig(ChangeKind.Set, "x-mesh", "grüße aus dem netz"),
                new MutationConfig(ChangeKind.Set, "user", "jason"),
                new MutationConfig(ChangeKind.Remove, "x-secret", ""),
            ],

            // No client shows what comes with an answer, but each must be able to read it.
            ResponseMutations = [new MutationConfig(ChangeKind.Set, "x-answered", "by meltemi")],
        };
        using var mesh = new Mesh(new DubboCodecFactory(), [route], [Mesh.Cluster("main", (await servers.GetAsync(server)).Address)]);
        string[] attach = ["--attach", "user=ann", "--attach", "x-secret=1", "--attach", "x-lane=canary"];
        if (client == DubboPeers.Dubbo2) attach = [];

        var run = await DubboPeers.CallAsync(client, mesh.Port, [.. attach, "attachments", "unicode", "largeArgument", "many"]);

        var seen = run["attachments"].Value;
        Assert.Equal("grüße aus dem netz", seen.GetProperty("x-mesh").GetString());
        Assert.Equal("jason", seen.GetProperty("user").GetString());
        Assert.False(seen.TryGetProperty("x-secret", out _));
        if (attach.Length > 0) Assert.Equal("canary", seen.GetProperty("x-lane").GetString());
        Assert.All(run.Results.Where(result => result.Case != "attachments"), result => Assert.True(result.Expected, result.ToString()));
    }

    private async Task<ClusterConfig[]> ClustersAsync() =>
    [
        Mesh.Cluster("first", (await servers.GetAsync(DubboPeers.SofaServer)).Address),
        Mesh.Cluster("second", (await servers.GetAsync(DubboPeers.ApacheServer)).Address),
    ];
}
