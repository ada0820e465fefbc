using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>Make before break, and what a client has to have in between.</summary>
public class PushOrderTests
{
    // Waits that end by what the client does, not by the clock.
    private static readonly XdsServerOptions Patient = new() { RemovalDelay = TimeSpan.Zero, MaxWarming = TimeSpan.FromMinutes(10) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Routes_wait_until_the_endpoints_of_a_new_cluster_were_fetched(bool delta)
    {
        await using var mesh = await Mesh.StartAsync(Patient);
        mesh.Source.Set(Cluster("old", "1"), Endpoints("old", "1"), Listener("l", "r"), Route("r", "old"));
        using var peer = await ConnectedAsync(mesh, delta);

        mesh.Source.Set(Cluster("new", "1"), Endpoints("new", "1"), Listener("l", "r"), Route("r", "new"));
        Assert.Equal(XdsTypes.Cluster, (await peer.ReadAsync()).Type);
        await peer.SubscribeAsync(XdsTypes.Endpoints, "new");
        Assert.Equal(["new"], (await peer.ReadAsync()).Names);
        Assert.Equal(XdsTypes.Route, (await peer.ReadAsync()).Type);

        var removal = await peer.ReadAsync();
        Assert.Equal(XdsTypes.Cluster, removal.Type);
        Assert.Equal(["new"], peer.Of(XdsTypes.Cluster).Keys);
        Assert.Equal(["old"], (await peer.ReadAsync()).Removed);
    }

    [Fact]
    public async Task A_client_that_does_not_fetch_endpoints_does_not_hold_back_its_routes_for_ever()
    {
        await using var mesh = await Mesh.StartAsync(Patient with { MaxWarming = TimeSpan.FromMilliseconds(50) });
        mesh.Source.Set(Cluster("old", "1"), Route("r", "old"));
        using var peer = Peer.Open(mesh.Channel, delta: true);
        await peer.WildcardAsync(XdsTypes.Cluster);
        await peer.ReadAsync();
        await peer.SubscribeAsync(XdsTypes.Route, "r");
        await peer.ReadAsync();

        mesh.Source.Set(Cluster("new", "1"), Cluster("old", "1"), Route("r", "new"));

        Assert.Equal(["new"], (await peer.ReadAsync()).Names);
        Assert.Equal(["r"], (await peer.ReadAsync()).Names);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clusters_go_after_the_delay_and_not_if_they_come_back_before(bool delta)
    {
        await using var mesh = await Mesh.StartAsync(Patient with { RemovalDelay = TimeSpan.FromMinutes(10) });
        mesh.Source.Set(Cluster("a", "1"), Endpoints("a", "1"), Route("r", "a"), Listener("l", "r"));
        using var peer = await ConnectedAsync(mesh, delta);

        mesh.Source.Set(Cluster("b", "1"), Endpoints("b", "1"), Route("r", "b"), Listener("l", "r"));
        var added = await peer.ReadAsync();
        Assert.Equal(delta ? ["b"] : ["a", "b"], added.Names);
        await peer.SubscribeAsync(XdsTypes.Endpoints, "b");
        await peer.ReadAsync();
        await peer.ReadAsync();
        mesh.Source.Set(Cluster("a", "1"), Endpoints("a", "1"), Cluster("b", "1"), Endpoints("b", "2"), Route("r", "b"), Listener("l", "r"));

        Assert.Equal((XdsTypes.Endpoints, "b"), await OneAsync(peer)); // And neither a's removal nor its return.
        Assert.Equal(["a", "b"], peer.Of(XdsTypes.Cluster).Keys.Order());
    }

    [Fact]
    public async Task A_route_goes_before_the_cluster_that_it_leads_to()
    {
        await using var mesh = await Mesh.StartAsync(Patient);
        mesh.Source.Set(Cluster("a", "1"), Endpoints("a", "1"), Route("r", "a"), Listener("l", "r"));
        using var peer = await ConnectedAsync(mesh, delta: true);

        mesh.Source.Set();

        Assert.Equal((XdsTypes.Listener, "-l"), await OneAsync(peer));
        Assert.Equal((XdsTypes.Route, "-r"), await OneAsync(peer));
        Assert.Equal((XdsTypes.Cluster, "-a"), await OneAsync(peer));
        Assert.Equal((XdsTypes.Endpoints, "-a"), await OneAsync(peer));
    }

    [Fact]
    public async Task What_a_client_that_comes_back_holds_goes_only_after_it_has_what_is_new()
    {
        await using var mesh = await Mesh.StartAsync(Patient with { RemovalDelay = TimeSpan.FromMinutes(10) });
        mesh.Source.Set(Cluster("new", "1"), Route("r", "new"));
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Cluster, held: new() { ["old"] = "1" });
        Assert.Equal("Cluster +new", await client.NextAsync());
        await client.SendAsync(XdsTypes.Route, ["r"], held: new() { ["r"] = "1" });
        Assert.Equal("RouteConfiguration +r", await client.NextAsync());
    }

    [Fact]
    public async Task Endpoints_of_a_cluster_that_changed_while_the_client_was_away_are_sent_even_if_it_holds_them()
    {
        await using var mesh = await Mesh.StartAsync(Patient);
        mesh.Source.Set(Cluster("changed", "2"), Endpoints("changed", "1"), Cluster("same", "1"), Endpoints("same", "1"));
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Cluster, held: new() { ["changed"] = "1", ["same"] = Cluster("same", "1").Version });
        Assert.Equal("Cluster +changed", await client.NextAsync());
        var held = new Dictionary<string, string> { ["changed"] = Endpoints("changed", "1").Version, ["same"] = Endpoints("same", "1").Version };
        await client.SendAsync(XdsTypes.Endpoints, ["changed", "same"], held: held);

        Assert.Equal("ClusterLoadAssignment +changed", await client.NextAsync());
    }

    [Fact]
    public async Task A_change_of_endpoints_alone_is_one_response()
    {
        await using var mesh = await Mesh.StartAsync(Patient);
        mesh.Source.Set(Cluster("a", "1"), Endpoints("a", "1"), Route("r", "a"), Listener("l", "r"));
        using var peer = await ConnectedAsync(mesh, delta: true);
        var before = peer.Responses;

        for (var i = 2; i < 10; i++)
        {
            mesh.Source.Set(Cluster("a", "1"), Endpoints("a", $"{i}"), Route("r", "a"), Listener("l", "r"));
            Assert.Equal((XdsTypes.Endpoints, "a"), await OneAsync(peer));
        }

        Assert.Equal(8, peer.Responses - before);
    }

    [Fact]
    public async Task Changes_while_a_client_is_busy_are_merged()
    {
        await using var mesh = await Mesh.StartAsync(Patient);
        mesh.Source.Set(Route("r", "0"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Route, ["r"]);
        await client.NextAsync(ack: false);
        for (var i = 1; i <= 1000; i++) mesh.Source.Set(Route("r", $"{i}"));
        await client.SendAsync(XdsTypes.Route, nonce: client.Last.Nonce);

        await client.NextAsync();
        Assert.Equal(Route("r", "1000").Version, client.Last.Resources.Single().Version);
    }

    [Fact]
    public async Task The_name_under_which_a_cluster_asks_for_endpoints_counts()
    {
        await using var mesh = await Mesh.StartAsync(Patient);
        mesh.Source.Set(ClusterOf("a", "1", "shared"), Endpoints("shared", "1"));
        using var peer = Peer.Open(mesh.Channel, delta: true);
        await peer.WildcardAsync(XdsTypes.Cluster);
        await peer.ReadAsync();
        await peer.SubscribeAsync(XdsTypes.Endpoints, "shared");
        await peer.ReadAsync();

        mesh.Source.Set(ClusterOf("a", "2", "shared"), Endpoints("shared", "1"));

        Assert.Equal((XdsTypes.Cluster, "a"), await OneAsync(peer));
        Assert.Equal((XdsTypes.Endpoints, "shared"), await OneAsync(peer));
    }

    /// <summary>A client that has everything there is, as Envoy asks for it.</summary>
    private static async Task<Peer> ConnectedAsync(Mesh mesh, bool delta)
    {
        var peer = Peer.Open(mesh.Channel, delta);
        await peer.WildcardAsync(XdsTypes.Cluster);
        await peer.ReadAsync();
        await peer.SubscribeAsync(XdsTypes.Endpoints, [.. peer.Of(XdsTypes.Cluster).Keys]);
        await peer.ReadAsync();
        await peer.WildcardAsync(XdsTypes.Listener);
        await peer.ReadAsync();
        await peer.SubscribeAsync(XdsTypes.Route, "r");
        await peer.ReadAsync();
        await Wait.Until(() => mesh.Server.Clients.All.Single() is { Types.Count: 4 } client && client.Types.Values.All(type => type.InSync), "all answers");
        return peer;
    }

    private static async Task<(string Type, string What)> OneAsync(Peer peer)
    {
        var response = await peer.ReadAsync();
        return (response.Type, string.Join(' ', [.. response.Names, .. response.Removed.Select(name => $"-{name}")]));
    }
}
