using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>Thrift's clients do not notice that an endpoint does not work, where the route says that calls may be tried again.</summary>
public sealed class ThriftRetryTests
{
    public static TheoryData<string> Clients => ThriftErrorTests.Clients;

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Clients))]
    public async Task Calls_find_the_endpoint_that_works_and_answers_keep_their_order(string client)
    {
        var dialect = new ThriftDialect("framed", "binary", false);
        using var places = new Places();
        await using var upstream = await ThriftPeers.ServeAsync(ThriftPeers.Python, dialect);
        var retry = new RetryConfig { On = ["connect-failure", "reset"], MaxRetries = 4, HostAttempts = 10, PerTryTimeout = TimeSpan.FromMilliseconds(500) };
        using var mesh = new Mesh(
            new ThriftCodecFactory(), [Mesh.Route("main") with { Retry = retry }],
            [Mesh.Cluster("main", places.Refusing, places.Silent, upstream.Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        var answers = await calling.CallAsync(
            JsonNode.Parse("""{"call": "echo", "args": ["one"]}""")!, JsonNode.Parse("""{"call": "echo", "args": ["two"]}""")!,
            JsonNode.Parse("""{"call": "who"}""")!);
        await calling.EndAsync();

        Assert.Equal(["one", "two", "python"], answers.Select(answer => (string?)answer["result"]));
        Assert.True(mesh.Figure("cluster.main.upstream_rq_retry_success") > 0);
    }
}
