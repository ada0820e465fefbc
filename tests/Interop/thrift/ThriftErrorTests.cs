using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Thrift;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>What the proxy answers itself is a TApplicationException of the client's library, which says what happened and where.</summary>
public sealed class ThriftErrorTests
{
    private const int UnknownMethod = 1;
    private const int InternalError = 6;
    private const int Timeout = 12;

    public static TheoryData<string, ThriftDialect> Dialects => ThriftRoutingTests.Dialects;

    public static TheoryData<string> Clients { get; } = [.. ThriftPeers.Languages];

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Dialects))]
    public async Task Each_failure_is_raised_as_an_exception_with_cause_and_cluster(string client, ThriftDialect dialect)
    {
        using var places = new Places();
        using var mesh = new Mesh(
            new ThriftCodecFactory(),
            [
                Mesh.Route("silent", ("method", "slow")) with { Timeout = TimeSpan.FromMilliseconds(50) },
                Mesh.Route("empty", ("method", "echo")),
                Mesh.Route("refusing", ("method", "ping")),
                Mesh.Route("nowhere", ("method", "buy")),
            ],
            [Mesh.Cluster("empty"), Mesh.Cluster("refusing", places.Refusing), Mesh.Cluster("silent", places.Silent)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);

        // The one that fails last comes first: the answers keep the order of the calls.
        var answers = await calling.CallAsync(
            JsonNode.Parse("""{"call": "slow", "args": [50]}""")!, JsonNode.Parse("""{"call": "notify", "args": ["nobody hears"]}""")!,
            JsonNode.Parse("""{"call": "add", "args": [1, 2]}""")!, JsonNode.Parse("""{"call": "echo", "args": ["x"]}""")!,
            JsonNode.Parse("""{"call": "ping"}""")!, JsonNode.Parse("""{"call": "buy", "args": ["cup", 3]}""")!);
        await calling.EndAsync();

        Check(answers[0], Timeout, $"meltemi: no answer from cluster 'silent' ({places.Silent}) in time (UT)");
        Assert.Equal("""{"result":null}""", answers[1].ToJsonString());
        Check(answers[2], UnknownMethod, "meltemi: no route matches this request (NR)");
        Check(answers[3], InternalError, "meltemi: no healthy endpoint in cluster 'empty' (UH)");
        Check(answers[4], InternalError, $"meltemi: cannot connect to {places.Refusing} of cluster 'refusing' (UF)");
        Check(answers[5], InternalError, "meltemi: route 'to-nowhere' leads to a cluster that does not exist (NC)");
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Clients))]
    public async Task A_server_that_is_killed_fails_its_calls_and_the_next_ones_until_it_is_back(string client)
    {
        var dialect = new ThriftDialect("framed", "binary", false);
        await using var upstream = await ThriftPeers.ServeAsync(ThriftPeers.Node, dialect);
        using var mesh = new Mesh(new ThriftCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);
        upstream.Freeze();
        await calling.StartAsync(JsonNode.Parse("""{"call": "who"}""")!);
        await mesh.SentAsync("main", () => calling.Seen);

        await upstream.KillAsync();
        var interrupted = (await calling.AnswersAsync(1))[0];
        var next = await calling.CallAsync("""{"call": "who"}""");
        await using var back = await ThriftPeers.ServeAsync(ThriftPeers.Python, dialect, upstream.Address.Port);
        var last = await calling.CallAsync("""{"call": "who"}""");
        await calling.EndAsync();

        Check(interrupted, InternalError, $"meltemi: {upstream.Address} of cluster 'main' closed the connection before answering (UC)");
        Check(next, InternalError, $"meltemi: cannot connect to {upstream.Address} of cluster 'main' (UF)");
        Assert.Equal("python", (string?)last["result"]);
    }

    private static void Check(JsonNode answer, int type, string text) =>
        Assert.Equal(("TApplicationException", type, text), ((string?)answer["error"], (int?)answer["type"], (string?)answer["message"]));
}
