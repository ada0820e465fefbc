using Meltemi.Interop.Tests.Support;
using Meltemi.Protocols.Dubbo;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>Places with priorities, with real clients and servers.</summary>
public sealed class DubboFailoverTests
{
    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task When_the_near_place_fails_one_call_finds_out_and_the_next_ones_go_to_the_far_one()
    {
        await using var near = await DubboPeers.ServeAsync(DubboPeers.SofaServer, "near");
        await using var far = await DubboPeers.ServeAsync(DubboPeers.ApacheServer, "far");
        using var mesh = new Mesh(new DubboCodecFactory(), [Mesh.Route("main")], [Placed(near, far)]);
        Assert.Equal("near", await WhoAsync(mesh));

        await near.KillAsync();
        Assert.StartsWith("meltemi: ", await WhoAsync(mesh));
        Assert.Equal("far", await WhoAsync(mesh));
        Assert.Equal("far", await WhoAsync(mesh));
        Assert.Equal(1, mesh.Figure("cluster.main.outlier_detection.ejections_active"));
    }

    private static ClusterConfig Placed(PeerProcess near, PeerProcess far) => new()
    {
        Name = "main",
        Endpoints =
        [
            new() { Address = near.Address, Place = new(new("here", "a")) },
            new() { Address = far.Address, Place = new(new("there", "b"), Priority: 1) },
        ],
        Outliers = new()
        {
            Consecutive5xx = new(1, 100),
            MaxEjectionPercent = 100,
            BaseEjectionTime = TimeSpan.FromHours(1),
            MaxEjectionTime = TimeSpan.FromHours(1),
        },
    };

    private static async Task<string?> WhoAsync(Mesh mesh)
    {
        var who = (await DubboPeers.CallAsync(DubboPeers.Remoting, mesh.Port, "who"))["who"];
        return who.Error ?? who.Value.GetString();
    }
}
