using System.Text.Json.Nodes;
using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>Faults, templates and shares by hash under real clients and servers.</summary>
public sealed class ThriftExperimentTests(ThriftServers servers) : IClassFixture<ThriftServers>
{
    private static readonly ThriftDialect Framed = new("framed", "binary", false);
    private static readonly ThriftDialect Header = new("header", "compact", false);

    public static TheoryData<string> Clients { get; } = [.. ThriftPeers.Languages];

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Clients))]
    public async Task An_injected_error_is_raised_by_the_library_and_a_delayed_call_keeps_its_place(string client)
    {
        using var mesh = new Mesh(
            new ThriftCodecFactory(),
            [
                Mesh.Route("main", ("method", "ping")) with { Fault = new FaultConfig { Abort = new(ReplyReason.Timeout, Fraction.All) } },
                Mesh.Route("main", ("method", "who")) with { Fault = new FaultConfig { Delay = new(FaultDelayKind.Fixed, TimeSpan.FromMilliseconds(20), Fraction.All) } },
                Mesh.Route("main"),
            ],
            [Mesh.Cluster("main", (await servers.GetAsync(ThriftPeers.Python, Framed)).Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, Framed);

        var answers = await calling.CallAsync(
            JsonNode.Parse("""{"call": "who"}""")!, JsonNode.Parse("""{"call": "add", "args": [1, 2]}""")!, JsonNode.Parse("""{"call": "ping"}""")!);
        await calling.EndAsync();

        Assert.Equal("python", (string?)answers[0]["result"]);
        Assert.Equal(3, (int)answers[1]["result"]!);
        Assert.Equal(("TApplicationException", "meltemi: injected fault (FI)", 12), ((string?)answers[2]["error"], (string?)answers[2]["message"], (int)answers[2]["type"]!));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Clients))]
    public async Task The_server_sees_a_header_that_is_made_of_the_request(string client)
    {
        var route = Mesh.Route("main") with
        {
            RequestMutations = [new(ChangeKind.Set, "x-lane", "%REQ(user)% calls %REQ(method)% from %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")],
            ResponseMutations = [new(ChangeKind.Set, "x-about", "%REQ(user)%")],
        };
        using var mesh = new Mesh(new ThriftCodecFactory(), [route], [Mesh.Cluster("main", (await servers.GetAsync(ThriftPeers.Python, Header)).Address)]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, Header);

        var answer = await calling.CallAsync("""{"call": "headers", "headers": {"user": "anna"}}""");
        await calling.EndAsync();

        Assert.Equal("anna calls headers from 127.0.0.1", (string?)answer["result"]!["x-lane"]);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    [MemberData(nameof(Clients))]
    public async Task A_user_stays_with_one_version_and_users_are_shared_by_weight(string client)
    {
        var route = Mesh.Route("v1") with { Clusters = [new("v1", 50), new("v2", 50)], HashPolicies = [new("user")], SplitsByHash = true };
        using var mesh = new Mesh(
            new ThriftCodecFactory(), [route],
            [
                Mesh.Cluster("v1", (await servers.GetAsync(ThriftPeers.Python, Header)).Address),
                Mesh.Cluster("v2", (await servers.GetAsync(ThriftPeers.Node, Header)).Address),
            ]);
        await using var calling = await ThriftPeers.ConnectAsync(client, mesh.Port, Header);
        var calls = Enumerable.Range(0, 60).Select(i => JsonNode.Parse($$$"""{"call": "who", "headers": {"user": "user-{{{i % 20}}}"}}""")!);

        var answers = await calling.CallAsync([.. calls]);
        await calling.EndAsync();

        var versions = answers.Select((answer, i) => (User: i % 20, Version: (string?)answer["result"])).GroupBy(one => one.User, one => one.Version).ToList();
        Assert.All(versions, user => Assert.Single(user.Distinct()));
        Assert.Equal(2, versions.Select(user => user.First()).Distinct().Count());
    }
}
