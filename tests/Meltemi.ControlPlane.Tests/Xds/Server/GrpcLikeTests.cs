using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>Clients that ask for everything by name, as gRPC libraries do.</summary>
public class GrpcLikeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_went_with_all_that_belongs_to_it_comes_back(bool delta)
    {
        await using var mesh = await Mesh.StartAsync();
        XdsResource[] two = [Listener("two", "r2"), Route("r2", "c2"), Cluster("c2", "1"), Endpoints("c2", "1")];
        XdsResource[] one = [Listener("one", "r1"), Route("r1", "c1"), Cluster("c1", "1"), Endpoints("c1", "1")];
        mesh.Source.Set([.. one, .. two]);
        using var peer = Peer.Open(mesh.Channel, delta);
        foreach (var (type, first, second) in ((string, string, string)[])
            [(XdsTypes.Listener, "one", "two"), (XdsTypes.Route, "r1", "r2"), (XdsTypes.Cluster, "c1", "c2"), (XdsTypes.Endpoints, "c1", "c2")])
        {
            await peer.SubscribeAsync(type, first);
            Assert.Contains(first, (await peer.ReadAsync()).Names);
            await peer.SubscribeAsync(type, second);
            Assert.Contains(second, (await peer.ReadAsync()).Names);
        }

        mesh.Source.Set(two);
        while (peer.Of(XdsTypes.Listener).ContainsKey("one")) await peer.ReadAsync();
        await peer.UnsubscribeAsync(XdsTypes.Route, "r1");
        await peer.UnsubscribeAsync(XdsTypes.Cluster, "c1");
        await peer.UnsubscribeAsync(XdsTypes.Endpoints, "c1");
        await peer.ReadUntilAsync(() => mesh.Server.Clients.All.Single().Types[XdsTypes.Endpoints] is { Names: 1, InFlight.IsEmpty: true }, "one name");

        mesh.Source.Set([.. one, .. two]);
        while (!peer.Of(XdsTypes.Listener).ContainsKey("one")) await peer.ReadAsync();
        foreach (var (type, first) in ((string, string)[])[(XdsTypes.Route, "r1"), (XdsTypes.Cluster, "c1"), (XdsTypes.Endpoints, "c1")])
        {
            await peer.SubscribeAsync(type, first);
            while (!peer.Of(type).ContainsKey(first)) await peer.ReadAsync();
        }
    }

    [Fact]
    public async Task A_route_that_comes_back_is_sent_again_to_a_client_that_kept_its_name()
    {
        // In state of the world nobody could tell it that the route had gone; gRPC keeps asking for it.
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Listener("one", "r1"), Route("r1", "c1"));
        using var peer = Peer.Open(mesh.Channel, delta: false);
        await peer.SubscribeAsync(XdsTypes.Listener, "one");
        await peer.ReadAsync();
        await peer.SubscribeAsync(XdsTypes.Route, "r1");
        await peer.ReadAsync();

        mesh.Source.Set();
        Assert.Empty((await peer.ReadAsync()).Names);
        await Wait.Until(() => mesh.Server.Clients.All.Single().Types[XdsTypes.Route].Missing.Contains("r1"), "the route to be gone");
        mesh.Source.Set(Listener("one", "r1"), Route("r1", "c1"));

        Assert.Equal(["one"], (await peer.ReadAsync()).Names);
        Assert.Equal(["r1"], (await peer.ReadAsync()).Names);
    }
}
