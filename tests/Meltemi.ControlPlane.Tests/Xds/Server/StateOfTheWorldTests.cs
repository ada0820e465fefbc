using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

public class StateOfTheWorldTests
{
    [Fact]
    public async Task Clusters_come_complete_each_time()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "1"));
        using var client = mesh.Sotw();

        await client.SendAsync(XdsTypes.Cluster);
        Assert.Equal("Cluster a b", await client.NextAsync());
        var version = client.Last.VersionInfo;
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "2"));
        Assert.Equal("Cluster a b", await client.NextAsync());
        Assert.NotEqual(version, client.Last.VersionInfo);
        mesh.Source.Set();

        Assert.Equal("Cluster", await client.NextAsync());
        await mesh.SaidAsync("accepted Cluster");
    }

    [Fact]
    public async Task Endpoints_come_by_name_and_a_cluster_without_has_an_empty_assignment()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Endpoints("a", "1"), Endpoints("b", "1"));
        using var client = mesh.Sotw();

        await client.SendAsync(XdsTypes.Endpoints, ["a", "none"]);
        Assert.Equal("ClusterLoadAssignment a none", await client.NextAsync());
        mesh.Source.Set(Endpoints("a", "2"), Endpoints("b", "2"));

        Assert.Equal("ClusterLoadAssignment a", await client.NextAsync());
    }

    [Fact]
    public async Task Added_names_are_answered_and_fewer_are_not()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("a", "1"), Route("b", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Route, ["a"]);
        Assert.Equal("RouteConfiguration a", await client.NextAsync());

        await client.SendAsync(XdsTypes.Route, ["a", "b"], nonce: client.Last.Nonce);
        Assert.Equal("RouteConfiguration b", await client.NextAsync());
        await client.SendAsync(XdsTypes.Route, ["b"], nonce: client.Last.Nonce);
        await client.SendAsync(XdsTypes.Route, [], nonce: client.Last.Nonce);
        await client.SendAsync(XdsTypes.Cluster);

        Assert.Equal("Cluster", await client.NextAsync()); // And nothing before it.
    }

    [Fact]
    public async Task No_names_after_some_were_given_means_nothing_rather_than_everything()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Listener("a", "1"), Listener("b", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Listener, ["a"]);
        Assert.Equal("Listener a", await client.NextAsync());

        await client.SendAsync(XdsTypes.Listener, [], nonce: client.Last.Nonce);
        await Wait.Until(() => mesh.Server.Clients.All.Single().Types[XdsTypes.Listener] is { Names: 0, Wildcard: false }, "no names");
        mesh.Source.Set(Listener("a", "2"), Listener("b", "2"));
        await client.SendAsync(XdsTypes.Cluster);

        Assert.Equal("Cluster", await client.NextAsync()); // And nothing before it.
    }

    [Fact]
    public async Task A_nonce_of_an_earlier_stream_begins_anew()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("a", "1"));
        using var client = mesh.Sotw();

        await client.SendAsync(XdsTypes.Route, ["a"], nonce: "57");

        Assert.Equal("RouteConfiguration a", await client.NextAsync());
    }

    [Fact]
    public async Task A_cluster_stays_until_no_route_leads_to_it()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("old", "1"), Route("r", "old"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Route, ["r"]);
        await client.NextAsync();
        await mesh.SaidAsync("accepted RouteConfiguration r");

        mesh.Source.Set(Cluster("new", "1"), Route("r", "new"));

        Assert.Equal("Cluster new old", await client.NextAsync());
        Assert.Equal("RouteConfiguration r", await client.NextAsync());
        Assert.Equal("Cluster new", await client.NextAsync());
    }

    [Fact]
    public async Task A_refused_response_is_not_sent_again_but_the_next_change_is()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);

        await client.SendAsync(XdsTypes.Cluster, nonce: client.Last.Nonce, error: "no");
        await mesh.SaidAsync("refused Cluster a: no");
        await client.SendAsync(XdsTypes.Route, ["r"]);
        mesh.Source.Set(Cluster("a", "2"));

        Assert.Equal("Cluster a", await client.NextAsync());
        await mesh.SaidAsync("accepted Cluster a");
    }
}
