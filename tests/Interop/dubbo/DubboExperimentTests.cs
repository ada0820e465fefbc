using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>Faults, mirrors, templates and shares by hash under real clients and servers.</summary>
public sealed class DubboExperimentTests(DubboServers servers) : IClassFixture<DubboServers>
{
    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting)]
    [InlineData(DubboPeers.Apache)]
    [InlineData(DubboPeers.Dubbo2)]
    public async Task An_injected_error_is_raised_by_the_library_and_a_delayed_call_has_its_answer(string client)
    {
        var server = await servers.GetAsync(DubboPeers.ApacheServer);
        using var mesh = new Mesh(
            new DubboCodecFactory(),
            [
                Mesh.Route("main", ("method", "sayHello")) with { Fault = new FaultConfig { Abort = new(ReplyReason.NoHealthyEndpoint, Fraction.All) } },
                Mesh.Route("main") with { Fault = new FaultConfig { Delay = new(FaultDelayKind.Fixed, TimeSpan.FromMilliseconds(20), Fraction.All) } },
            ],
            [Mesh.Cluster("main", server.Address)]);

        var run = await DubboPeers.CallAsync(client, mesh.Port, "hello", "who");

        Assert.Contains("meltemi: injected fault (FI)", run["hello"].Error);
        Assert.Equal(DubboPeers.ApacheServer, run["who"].Value.GetString());
        Assert.Equal((1L, 1L, 0L), (Fault("aborts_injected"), Fault("delays_injected"), Fault("active_faults")));

        long Fault(string name) => mesh.Figure($"listener.front.fault.{name}");
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting, DubboPeers.SofaServer)]
    [InlineData(DubboPeers.Apache, DubboPeers.ApacheServer)]
    public async Task The_server_sees_attachments_that_are_made_of_the_request(string client, string server)
    {
        var route = Mesh.Route("main") with
        {
            RequestMutations =
            [
                new(ChangeKind.Set, "x-caller", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"),
                new(ChangeKind.Set, "x-lane", "%REQ(user)% to %UPSTREAM_CLUSTER% by %ROUTE_NAME%"),
            ],
            ResponseMutations = [new(ChangeKind.Set, "x-about", "%REQ(user)% at %START_TIME%")],
        };
        using var mesh = new Mesh(new DubboCodecFactory(), [route], [Mesh.Cluster("main", (await servers.GetAsync(server)).Address)]);

        var run = await DubboPeers.CallAsync(client, mesh.Port, "--attach", "user=ann", "attachments", "many");

        var seen = run["attachments"].Value;
        Assert.Equal("127.0.0.1", seen.GetProperty("x-caller").GetString());
        Assert.Equal("ann to main by to-main", seen.GetProperty("x-lane").GetString());
        Assert.True(run["many"].Expected);
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting)]
    [InlineData(DubboPeers.Apache)]
    public async Task Copies_go_to_another_server_and_to_a_dead_one_and_the_client_notices_nothing(string client)
    {
        using var places = new Places();
        var route = Mesh.Route("main") with { Mirrors = [new("shadow", Fraction.All), new("dead", Fraction.All)] };
        using var mesh = new Mesh(
            new DubboCodecFactory(), [route],
            [
                Mesh.Cluster("main", (await servers.GetAsync(DubboPeers.ApacheServer)).Address),
                Mesh.Cluster("shadow", (await servers.GetAsync(DubboPeers.SofaServer)).Address),
                Mesh.Cluster("dead", places.Refusing),
            ]);

        var run = await DubboPeers.CallAsync(client, mesh.Port, "who", "hello", "unicode", "int");

        Assert.Equal(DubboPeers.ApacheServer, run["who"].Value.GetString());
        Assert.All(run.Results.Where(result => result.Case != "who"), result => Assert.True(result.Expected, result.ToString()));
        await Safety.Until(() => Compared("shadow") == 4 && Compared("dead") == 4, mesh.Prometheus);
        Assert.Equal(4, mesh.Figure("cluster.shadow.mirror.compare_same"));
        Assert.Equal(4, mesh.Figure("cluster.dead.mirror.compare_missing"));

        long Compared(string cluster) => new[] { "same", "different", "missing" }.Sum(how => mesh.Figure($"cluster.{cluster}.mirror.compare_{how}"));
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData(DubboPeers.Remoting)]
    [InlineData(DubboPeers.Apache)]
    public async Task A_user_stays_with_one_version_and_users_are_shared_by_weight(string client)
    {
        var route = Mesh.Route("v1") with { Clusters = [new("v1", 50), new("v2", 50)], HashPolicies = [new("user")], SplitsByHash = true };
        using var mesh = new Mesh(
            new DubboCodecFactory(), [route],
            [
                Mesh.Cluster("v1", (await servers.GetAsync(DubboPeers.SofaServer)).Address),
                Mesh.Cluster("v2", (await servers.GetAsync(DubboPeers.ApacheServer)).Address),
            ]);
        var versions = new HashSet<string?>();
        for (var user = 0; user < 6; user++)
        {
            var run = await DubboPeers.CallAsync(client, mesh.Port, "--attach", $"user=user-{user}", "who", "hello", "who");
            versions.Add(Assert.Single(run.Results.Where(result => result.Case == "who").Select(result => result.Value.GetString()).Distinct()));
        }

        Assert.Equal(2, versions.Count);
    }
}
