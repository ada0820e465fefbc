using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>Every client against every server with a proxy between that changes nothing.</summary>
public sealed class DubboMatrixTests(DubboServers servers) : IClassFixture<DubboServers>
{
    public static TheoryData<string, string, PoolMode> Pairs { get; } = new MatrixTheoryData<string, string, PoolMode>(
        DubboPeers.Clients, DubboPeers.Servers, [PoolMode.Multiplexed, PoolMode.OneAtATime, PoolMode.Bound]);

    public static TheoryData<string> Clients { get; } = [.. DubboPeers.Clients];

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Pairs))]
    public async Task All_goes_through_the_proxy_as_it_goes_without(string client, string server, PoolMode mode)
    {
        var upstream = await servers.GetAsync(server);
        using var mesh = new Mesh(new DubboCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)], mode);
        var cases = DubboPeers.CasesOf(client, server);

        var run = await DubboPeers.CallAsync(client, mesh.Port, [.. Attachments(client), .. cases]);

        Assert.Equal(cases, run.Results.Select(result => result.Case));
        Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
        Assert.Equal(0, run.ExitCode);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Clients))]
    public async Task An_answer_that_a_client_cannot_read_reaches_it_unchanged(string client)
    {
        // This server writes null as a body that is none; clients fail on it, each in its own way.
        var upstream = await servers.GetAsync(DubboPeers.SofaServer);
        using var mesh = new Mesh(new DubboCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);

        var direct = await DubboPeers.CallAsync(client, upstream.Address.Port, "who", "null", "hello");
        var through = await DubboPeers.CallAsync(client, mesh.Port, "who", "null", "hello");

        Assert.NotEqual(0, direct.ExitCode);
        Assert.Equal(direct.ExitCode, through.ExitCode);
        Assert.Equal(direct.Results.Select(result => (result.Case, result.Ok)), through.Results.Select(result => (result.Case, result.Ok)));
        Assert.Equal(direct.Seen.Contains("unexpect code: 0x4e"), through.Seen.Contains("unexpect code: 0x4e"));
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting)]
    [InlineData(DubboPeers.Apache)]
    public async Task Heartbeats_are_answered_by_the_proxy(string client)
    {
        // This server's own answers to heartbeats have a status that one of the clients fails on.
        var upstream = await servers.GetAsync(DubboPeers.ApacheServer);
        using var mesh = new Mesh(new DubboCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);

        var run = await DubboPeers.CallAsync(client, mesh.Port, "heartbeat", "hello");

        Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
        Assert.Equal(0, run.ExitCode);
    }

    private static string[] Attachments(string client) =>
        client == DubboPeers.Dubbo2 ? [] : ["--attach", "user=ann", "--attach", "x-lane=canary"];
}
