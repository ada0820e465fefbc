using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

public class DeltaTests
{
    [Fact]
    public async Task Everything_is_sent_at_first_and_then_only_what_changes()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "1"));
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Cluster);
        Assert.Equal("Cluster +a +b", await client.NextAsync());
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "2"), Cluster("c", "1"));
        Assert.Equal("Cluster +b +c", await client.NextAsync());
        mesh.Source.Set(Cluster("b", "2"), Cluster("c", "1"));

        Assert.Equal("Cluster -a", await client.NextAsync());
        await mesh.SaidAsync("accepted Cluster b,c");
    }

    [Fact]
    public async Task An_empty_mesh_is_an_answer_too()
    {
        await using var mesh = await Mesh.StartAsync();
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Listener);

        Assert.Equal("Listener", await client.NextAsync());
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_the_difference_to_what_it_holds()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "2"));
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Cluster, held: new() { ["a"] = Cluster("a", "1").Version, ["b"] = "older", ["gone"] = "1" });

        Assert.Equal("Cluster +b", await client.NextAsync());
        Assert.Equal("Cluster -gone", await client.NextAsync());
        await mesh.SaidAsync("accepted Cluster a,b");
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_said_to_be_gone_and_sent_when_it_appears()
    {
        await using var mesh = await Mesh.StartAsync();
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Route, ["r"]);
        Assert.Equal("RouteConfiguration -r", await client.NextAsync());
        mesh.Source.Set(Route("other", "1"), Route("r", "1"));

        Assert.Equal("RouteConfiguration +r", await client.NextAsync());
    }

    [Fact]
    public async Task A_name_is_answered_each_time_it_is_subscribed_to()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("r", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Route, ["r"]);
        Assert.Equal("RouteConfiguration +r", await client.NextAsync());

        await client.SendAsync(XdsTypes.Route, ["r"]);
        Assert.Equal("RouteConfiguration +r", await client.NextAsync());
        await client.SendAsync(XdsTypes.Route, unsubscribe: ["r"]);
        mesh.Source.Set(Route("r", "2"));
        await client.SendAsync(XdsTypes.Route, ["r"]);

        Assert.Equal("RouteConfiguration +r", await client.NextAsync());
    }

    [Fact]
    public async Task Subscriptions_count_even_with_an_old_nonce()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("a", "1"), Route("b", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Route, ["a"]);
        await client.NextAsync();

        await client.SendAsync(XdsTypes.Route, ["b"], nonce: "of another stream");

        Assert.Equal("RouteConfiguration +b", await client.NextAsync());
    }

    [Fact]
    public async Task Additions_go_before_what_names_them_and_removals_after()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("old", "1"), Endpoints("old", "1"), Listener("l", "1"), Route("r", "old"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Endpoints, ["old", "new"]);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Listener);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Route, ["r"]);
        await client.NextAsync();
        await mesh.SaidAsync("accepted RouteConfiguration r");

        mesh.Source.Set(Cluster("new", "1"), Endpoints("new", "1"), Listener("l", "2"), Route("r", "new"));

        Assert.Equal("Cluster +new", await client.NextAsync());
        Assert.Equal("ClusterLoadAssignment +new", await client.NextAsync());
        Assert.Equal("Listener +l", await client.NextAsync());
        Assert.Equal("RouteConfiguration +r", await client.NextAsync());
        Assert.Equal("Cluster -old", await client.NextAsync());
        Assert.Equal("ClusterLoadAssignment -old", await client.NextAsync());
    }

    [Fact]
    public async Task Endpoints_are_repeated_when_their_cluster_changes()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Endpoints("a", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Endpoints, ["a"]);
        await client.NextAsync();
        await mesh.SaidAsync("accepted ClusterLoadAssignment a");

        mesh.Source.Set(Cluster("a", "2"), Endpoints("a", "1"));

        Assert.Equal("Cluster +a", await client.NextAsync());
        Assert.Equal("ClusterLoadAssignment +a", await client.NextAsync());
    }

    [Fact]
    public async Task Changes_are_gathered_until_the_client_has_answered()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);
        var nonce = client.Last.Nonce;

        mesh.Source.Set(Cluster("a", "2"));
        mesh.Source.Set(Cluster("a", "3"), Cluster("b", "1"));
        await client.SendAsync(XdsTypes.Cluster, nonce: nonce);

        Assert.Equal("Cluster +a +b", await client.NextAsync());
        Assert.Equal(Cluster("a", "3").Version, client.Last.Resources[0].Version);
    }

    [Fact]
    public async Task A_refusal_is_told_for_the_resource_that_it_names_and_nothing_is_sent_again()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("good", "1"), Cluster("bad", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);

        await client.SendAsync(XdsTypes.Cluster, nonce: client.Last.Nonce, error: "bad: no such policy");
        await mesh.SaidAsync("refused Cluster bad: bad: no such policy");
        await mesh.SaidAsync("accepted Cluster good");
        mesh.Source.Set(Cluster("good", "2"), Cluster("bad", "1"));

        Assert.Equal("Cluster +good", await client.NextAsync());
    }

    [Fact]
    public async Task Much_comes_in_several_responses()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxResponseBytes = 1000 });
        mesh.Source.Set([.. Enumerable.Range(0, 50).Select(i => Cluster($"c{i}", new string('x', 100)))]);
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);

        var names = new List<string>();
        while (names.Count < 50) names.AddRange((await client.NextAsync()).Split(" +").Skip(1));

        Assert.Equal(50, names.Distinct().Count());
        Assert.True(client.Last.CalculateSize() < 1100);
    }

    [Fact]
    public async Task A_client_without_a_node_or_one_that_is_refused_is_told_why()
    {
        await using var mesh = await Mesh.StartAsync();
        using var nameless = mesh.Delta();
        using var stranger = mesh.Delta();

        await nameless.SendAsync(XdsTypes.Cluster, id: "");
        await stranger.SendAsync(XdsTypes.Cluster, id: "stranger");

        Assert.Contains("must have a node", (await Assert.ThrowsAsync<GrpcException>(nameless.EndAsync)).Message);
        Assert.Contains("no strangers", (await Assert.ThrowsAsync<GrpcException>(stranger.EndAsync)).Message);
        Assert.Equal(0, mesh.Source.OpenViews);
    }

    [Fact]
    public async Task Before_resources_were_read_clients_are_told_to_come_later()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.IsReady = false;
        using var client = mesh.Delta();

        await client.SendAsync(XdsTypes.Cluster);

        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(client.EndAsync)).StatusCode);
    }

    [Fact]
    public async Task Each_type_has_a_service_of_its_own_too()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Listener("l", "1"));
        using var client = mesh.Delta("envoy.service.listener.v3.ListenerDiscoveryService", "DeltaListeners");

        await client.SendAsync("");

        Assert.Equal("Listener +l", await client.NextAsync());
    }
}
