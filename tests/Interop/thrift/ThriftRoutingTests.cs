using System.Text.Json.Nodes;
using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>Requests of real clients are routed by what is in them, and changed on the way.</summary>
public sealed class ThriftRoutingTests(ThriftServers servers) : IClassFixture<ThriftServers>
{
    public static TheoryData<string, ThriftDialect> Dialects { get; } = Select(_ => true);

    public static TheoryData<string, ThriftDialect> WithHeader { get; } = Select(dialect => dialect.Transport == "header");

    public static TheoryData<string, ThriftDialect> WithService { get; } = Select(dialect => dialect.Multiplexed);

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(WithHeader))]
    public async Task A_key_of_the_header_decides_where_a_call_goes(string client, ThriftDialect dialect)
    {
        using var mesh = new Mesh(
            new ThriftCodecFactory(), [Mesh.Route("node", ("method", "who"), ("user", "jason")), Mesh.Route("python")],
            await ClustersAsync(dialect));
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        Assert.Equal("node", (string?)(await calling.CallAsync("""{"call": "who", "headers": {"user": "jason"}}"""))["result"]);
        Assert.Equal("python", (string?)(await calling.CallAsync("""{"call": "who", "headers": {"user": "anna"}}"""))["result"]);
        Assert.Equal("python", (string?)(await calling.CallAsync("""{"call": "who"}"""))["result"]);
        await calling.EndAsync();
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(WithHeader))]
    public async Task Servers_see_the_header_as_the_route_changes_it(string client, ThriftDialect dialect)
    {
        RouteConfig Changing(string cluster, params (string Attribute, string Value)[] match) => Mesh.Route(cluster, match) with
        {
            RequestMutations =
            [
                new MutationConfig(ChangeKind.Set, "x-mesh", "grüße"),
                new MutationConfig(ChangeKind.Add, "user", "nobody"),
                new MutationConfig(ChangeKind.Remove, "x-secret", ""),
            ],

            // No client shows what comes with an answer, but each must be able to read it.
            ResponseMutations = [new MutationConfig(ChangeKind.Set, "x-answered", "by meltemi")],
        };
        using var mesh = new Mesh(
            new ThriftCodecFactory(), [Changing("node", ("to", "node")), Changing("python")], await ClustersAsync(dialect));
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        foreach (var server in ThriftPeers.Languages)
        {
            var to = $"\"to\": \"{server}\"";
            var ofAnna = await calling.CallAsync($$$"""{"call": "headers", "headers": {{{{to}}}, "user": "anna", "x-secret": "1"}}""");
            var ofNobody = await calling.CallAsync($$$"""{"call": "headers", "headers": {{{{to}}}}}""");

            Same(new JsonObject { ["to"] = server, ["user"] = "anna", ["x-mesh"] = "grüße" }, ofAnna);
            Same(new JsonObject { ["to"] = server, ["user"] = "nobody", ["x-mesh"] = "grüße" }, ofNobody);
        }

        await calling.EndAsync();

        static void Same(JsonNode expected, JsonNode answer) =>
            Assert.True(JsonNode.DeepEquals(expected, answer["result"]), answer.ToString());
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(WithService))]
    public async Task The_service_of_a_multiplexed_call_decides_where_it_goes(string client, ThriftDialect dialect)
    {
        using var mesh = new Mesh(
            new ThriftCodecFactory(),
            [Mesh.Route("node", ("service", "Stock"), ("method", "who")), Mesh.Route("python", ("service", "Shop"))],
            await ClustersAsync(dialect));
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        Assert.Equal("node", (string?)(await calling.CallAsync("""{"service": "Stock", "call": "who"}"""))["result"]);
        Assert.Equal("python", (string?)(await calling.CallAsync("""{"service": "Shop", "call": "who"}"""))["result"]);
        await calling.EndAsync();
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Dialects))]
    public async Task The_dialect_itself_can_be_routed_by(string client, ThriftDialect dialect)
    {
        var transport = dialect.Transport == "buffered" ? "unframed" : dialect.Transport;
        using var mesh = new Mesh(
            new ThriftCodecFactory(),
            [Mesh.Route("python", ("transport", transport), ("protocol", dialect.Protocol), ("message_type", "call"))],
            [Mesh.Cluster("python", (await servers.GetAsync(ThriftPeers.Python, dialect)).Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        Assert.Equal("python", (string?)(await calling.CallAsync("""{"call": "who"}"""))["result"]);
        await calling.EndAsync();
    }

    private static TheoryData<string, ThriftDialect> Select(Func<ThriftDialect, bool> wanted)
    {
        var data = new TheoryData<string, ThriftDialect>();
        foreach (var client in ThriftPeers.Languages)
        {
            foreach (var dialect in ThriftPeers.DialectsOf(client).Where(wanted)) data.Add(client, dialect);
        }

        return data;
    }

    private async Task<ClusterConfig[]> ClustersAsync(ThriftDialect dialect) =>
    [
        Mesh.Cluster("python", (await servers.GetAsync(ThriftPeers.Python, dialect)).Address),
        Mesh.Cluster("node", (await servers.GetAsync(ThriftPeers.Node, dialect)).Address),
    ];
}
