using System.Text.Json.Nodes;
using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Thrift;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>Every client against every server in every dialect, with a proxy between that changes nothing.</summary>
public sealed class ThriftMatrixTests(ThriftServers servers) : IClassFixture<ThriftServers>
{
    public static TheoryData<string, string, ThriftDialect, PoolMode> Rounds
    {
        get
        {
            var rounds = new TheoryData<string, string, ThriftDialect, PoolMode>();
            foreach (var client in ThriftPeers.Languages)
            {
                foreach (var server in ThriftPeers.Languages)
                {
                    foreach (var dialect in ThriftPeers.DialectsOf(client).Intersect(ThriftPeers.DialectsOf(server)))
                    {
                        rounds.Add(client, server, dialect, PoolMode.OneAtATime);
                        rounds.Add(client, server, dialect, PoolMode.Multiplexed);
                        if (dialect.Multiplexed) continue;
                        rounds.Add(client, server, dialect, PoolMode.Bound);

                        // Node's server answers in another order, which has no place in a pipeline.
                        if (server == ThriftPeers.Python) rounds.Add(client, server, dialect, PoolMode.Pipelined);
                    }
                }
            }

            return rounds;
        }
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Rounds))]
    public async Task All_goes_through_the_proxy_as_it_goes_without(string client, string server, ThriftDialect dialect, PoolMode mode)
    {
        var upstream = await servers.GetAsync(server, dialect);
        using var mesh = new Mesh(new ThriftCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)], mode);

        // Node's client does not wait for answers. Its server under a header cannot do with that on one connection; see README.md.
        var mustWait = (client, server, dialect.Transport) == (ThriftPeers.Node, ThriftPeers.Node, "header") && mode != PoolMode.OneAtATime;
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect, mustWait ? ["--ordered"] : []);
        var script = new ThriftScript(server, dialect);

        script.Check(await calling.CallAsync(script.Calls), calling.Seen);
        await calling.EndAsync();
        Assert.Equal(script.Calls.Length - 1, mesh.Figure("cluster.main.upstream_rq_completed"));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_oneway"));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [InlineData(ThriftPeers.Python, PoolMode.OneAtATime)]
    [InlineData(ThriftPeers.Python, PoolMode.Multiplexed)]
    [InlineData(ThriftPeers.Node, PoolMode.OneAtATime)]
    [InlineData(ThriftPeers.Node, PoolMode.Multiplexed)]
    public async Task A_call_without_answer_arrives(string client, PoolMode mode)
    {
        var dialect = new ThriftDialect("framed", "binary", false);
        var upstream = await servers.GetAsync(ThriftPeers.Python, dialect);
        using var mesh = new Mesh(new ThriftCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)], mode);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, dialect);
        var text = $"from {client}, {mode}";

        await calling.CallAsync($$"""{"call": "notify", "args": ["{{text}}"]}""");

        // Which need not be before the next call is served.
        JsonArray Notified(JsonNode answer) => answer["result"]!.AsArray();
        while (!Notified(await calling.CallAsync("""{"call": "notified"}""")).Any(one => (string?)one == text)) await Task.Yield();
        await calling.EndAsync();
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [InlineData("binary", PoolMode.OneAtATime)]
    [InlineData("binary", PoolMode.Bound)]
    [InlineData("compact", PoolMode.OneAtATime)]
    [InlineData("compact", PoolMode.Bound)]
    public async Task Compressed_messages_pass_unseen(string protocol, PoolMode mode)
    {
        var dialect = new ThriftDialect("header", protocol, false);
        var upstream = await servers.GetAsync(ThriftPeers.Python, dialect);
        using var mesh = new Mesh(new ThriftCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)], mode);
        await using var calling = await ThriftPeers.ConnectAsync(ThriftPeers.Python, mesh.Port, dialect, "--zlib");

        // No one-way call: nobody between can see that it is one.
        var script = new ThriftScript(ThriftPeers.Python, dialect, oneWay: false);

        script.Check(await calling.CallAsync(script.Calls), calling.Seen);
        await calling.EndAsync();
    }
}
