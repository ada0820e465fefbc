using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>What the proxy answers itself is an error of the client's library, which says what happened and where.</summary>
public sealed class DubboErrorTests(DubboServers servers) : IClassFixture<DubboServers>
{
    public static TheoryData<string> Clients { get; } = [.. DubboPeers.Clients];

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Clients))]
    public async Task Each_failure_is_raised_as_an_error_with_cause_and_cluster(string client)
    {
        using var places = new Places();
        var upstream = await servers.GetAsync(DubboPeers.ApacheServer);
        using var mesh = new Mesh(
            new DubboCodecFactory(),
            [
                Mesh.Route("empty", ("method", "sayHello")),
                Mesh.Route("refusing", ("method", "echo")),
                Mesh.Route("nowhere", ("method", "fail")),
                Mesh.Route("silent", ("method", "slow")) with { Timeout = TimeSpan.FromMilliseconds(50) },
                Mesh.Route("main", ("method", "whoAmI")),
            ],
            [
                Mesh.Cluster("empty"), Mesh.Cluster("refusing", places.Refusing), Mesh.Cluster("silent", places.Silent),
                Mesh.Cluster("main", upstream.Address),
            ]);

        var run = await DubboPeers.CallAsync(client, mesh.Port, "noSuchMethod", "hello", "int", "exception", "slow", "who");

        Assert.Contains("meltemi: no route matches this request (NR)", run["noSuchMethod"].Error);
        Assert.Contains("meltemi: no healthy endpoint in cluster 'empty' (UH)", run["hello"].Error);
        Assert.Contains($"meltemi: cannot connect to {places.Refusing} of cluster 'refusing' (UF)", run["int"].Error);
        Assert.Contains("meltemi: route 'to-nowhere' leads to a cluster that does not exist (NC)", run["exception"].Error);
        Assert.Contains($"meltemi: no answer from cluster 'silent' ({places.Silent}) in time (UT)", run["slow"].Error);
        Assert.Equal(DubboPeers.ApacheServer, run["who"].Value.GetString());
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Clients))]
    public async Task A_server_that_is_killed_fails_its_calls_and_the_next_ones_until_it_is_back(string client)
    {
        await using var upstream = await DubboPeers.ServeAsync(DubboPeers.SofaServer);
        using var mesh = new Mesh(new DubboCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);
        upstream.Freeze();
        await using var calling = await DubboPeers.StartAsync(client, mesh.Port, "hello", "who");
        await mesh.SentAsync("main", () => calling.Seen);

        await upstream.KillAsync();
        var run = await DubboPeers.EndAsync(calling);

        Assert.Contains($"meltemi: {upstream.Address} of cluster 'main' closed the connection before answering (UC)", run["hello"].Error);
        Assert.Contains($"meltemi: cannot connect to {upstream.Address} of cluster 'main' (UF)", run["who"].Error);
        await using var back = await DubboPeers.ServeAsync(DubboPeers.SofaServer, "back", upstream.Address.Port);
        Assert.Equal("back", (await DubboPeers.CallAsync(client, mesh.Port, "who"))["who"].Value.GetString());
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [MemberData(nameof(Clients))]
    public async Task A_proxy_that_drains_lets_the_client_have_its_answer(string client)
    {
        await using var upstream = await DubboPeers.ServeAsync(DubboPeers.SofaServer, "last");
        using var mesh = new Mesh(new DubboCodecFactory(), [Mesh.Route("main")], [Mesh.Cluster("main", upstream.Address)]);
        upstream.Freeze();
        await using var calling = await DubboPeers.StartAsync(client, mesh.Port, "who");
        await mesh.SentAsync("main", () => calling.Seen);

        var drained = mesh.DrainAsync();
        upstream.Thaw();
        var run = await DubboPeers.EndAsync(calling);

        Assert.Equal("last", run["who"].Value.GetString());
        Assert.Equal(0, run.ExitCode);
        Assert.True(await drained.WithinLimit(() => calling.Seen));
    }
}
