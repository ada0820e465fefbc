using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>What went wrong in other control planes; the numbers are those of their issues.</summary>
public class PitfallTests
{
    [Fact]
    public async Task No_response_of_endpoints_is_without_resources()
    {
        // envoy#3355: it does not answer such a one, and takes what follows for old.
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Endpoints("a", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Endpoints, ["a"]);
        Assert.Equal("ClusterLoadAssignment a", await client.NextAsync());
        mesh.Source.Set();
        Assert.Equal("ClusterLoadAssignment a", await client.NextAsync());
        await client.SendAsync(XdsTypes.Endpoints, [], nonce: client.Last.Nonce);
        await client.SendAsync(XdsTypes.Endpoints, ["b"], nonce: client.Last.Nonce);
        Assert.Equal("ClusterLoadAssignment b", await client.NextAsync());
    }

    [Fact]
    public async Task A_client_of_the_server_before_a_restart_is_answered()
    {
        // istio#11170: its nonce is not ours, so it looked stale for ever.
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("r", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Route, ["r"], nonce: "of another server");
        Assert.Equal("RouteConfiguration r", await client.NextAsync());
    }

    [Fact]
    public async Task A_stale_nonce_does_not_starve_new_names()
    {
        // envoy#10363, grpc-java#11232: names that come with an old nonce count.
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Endpoints("a", "1"), Endpoints("b", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Endpoints, ["a"]);
        await client.NextAsync();
        var old = client.Last.Nonce;
        await client.SendAsync(XdsTypes.Endpoints, [], nonce: old);
        await client.SendAsync(XdsTypes.Endpoints, ["a", "b"], nonce: old);
        Assert.Equal("ClusterLoadAssignment a b", await client.NextAsync());
        mesh.Source.Set(Endpoints("a", "1"), Endpoints("b", "2"));
        Assert.Equal("ClusterLoadAssignment b", await client.NextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_and_names_may_be_wanted_together(bool delta)
    {
        // go-control-plane#558, cilium#45288: a wildcard is a flag of its own, not an empty set of names.
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Listener("a", "1"), Listener("b", "1"));
        using var peer = Peer.Open(mesh.Channel, delta);
        await peer.SubscribeAsync(XdsTypes.Listener, "*", "a", "missing");
        Assert.Equal(["a", "b"], (await peer.ReadAsync()).Names);
        await peer.UnsubscribeAsync(XdsTypes.Listener, "*");
        await Wait.Until(() => !mesh.Server.Clients.All.Single().Types[XdsTypes.Listener].Wildcard, "the wildcard to end");
        mesh.Source.Set(Listener("a", "2"), Listener("b", "2"));
        Assert.Equal(["a"], (await peer.ReadAsync()).Names);
    }

    [Fact]
    public async Task The_old_wildcard_of_delta_stays_when_names_are_added()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        Assert.Equal("Cluster +a", await client.NextAsync());
        await client.SendAsync(XdsTypes.Cluster, ["x"]);
        Assert.Equal("Cluster -x", await client.NextAsync());
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "1"));
        Assert.Equal("Cluster +b", await client.NextAsync());
        await client.SendAsync(XdsTypes.Cluster, unsubscribe: ["*"]);
        await client.SendAsync(XdsTypes.Cluster, ["y"]);
        Assert.Equal("Cluster -y", await client.NextAsync());
        mesh.Source.Set(Cluster("c", "1"), Cluster("x", "1"));
        Assert.Equal("Cluster +x", await client.NextAsync());
    }

    [Fact]
    public async Task A_name_that_stays_wanted_by_wildcard_is_told_again_when_it_is_unsubscribed()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster, ["*", "a", "none"]);
        Assert.Equal("Cluster +a -none", await client.NextAsync());
        await client.SendAsync(XdsTypes.Cluster, unsubscribe: ["a", "none", "never wanted"]);
        Assert.Equal("Cluster +a -none", await client.NextAsync());
    }

    [Fact]
    public async Task Requests_that_come_in_the_wrong_order_are_answered_each_for_itself()
    {
        // java-control-plane#93: routes and endpoints asked for before listeners and clusters.
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Endpoints("a", "1"), Listener("l", "r"), Route("r", "a"));
        using var peer = Peer.Open(mesh.Channel, delta: false);
        await peer.SubscribeAsync(XdsTypes.Route, "r");
        await peer.SubscribeAsync(XdsTypes.Endpoints, "a");
        await peer.WildcardAsync(XdsTypes.Listener);
        await peer.WildcardAsync(XdsTypes.Cluster);
        var types = new List<string>();
        for (var i = 0; i < 4; i++) types.Add((await peer.ReadAsync()).Type);
        Assert.Equal([XdsTypes.Route, XdsTypes.Endpoints, XdsTypes.Listener, XdsTypes.Cluster], types);
        Assert.Equal(XdsTypes.Endpoints, (await peer.ReadAsync()).Type); // Again, since their cluster came.
    }

    [Fact]
    public async Task A_route_that_went_while_the_client_was_away_is_said_to_be_gone()
    {
        // envoy#17980
        await using var mesh = await Mesh.StartAsync();
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Route, ["r"], held: new() { ["r"] = "1" });
        Assert.Equal("RouteConfiguration", await client.NextAsync());
        Assert.Equal("RouteConfiguration -r", await client.NextAsync());
    }

    [Fact]
    public async Task Names_that_a_client_holds_and_does_not_want_are_not_spoken_of()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("a", "1"), Route("b", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Route, ["a"], held: new() { ["b"] = "1" });
        Assert.Equal("RouteConfiguration +a", await client.NextAsync());
        await mesh.SaidAsync("accepted RouteConfiguration a");
    }

    [Fact]
    public async Task A_client_that_asks_over_and_over_without_answering_costs_no_more_than_its_limit()
    {
        // osm#3258, and worse
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Route("r", "1"));
        using var client = mesh.Delta();
        for (var i = 0; i < 500; i++)
        {
            await client.SendAsync(XdsTypes.Route, ["r"]);
            Assert.Equal("RouteConfiguration +r", await client.NextAsync(ack: false));
        }

        Assert.InRange(mesh.Server.Clients.All.Single().Types[XdsTypes.Route].InFlight.Length, 1, 64);
    }

    [Fact]
    public async Task A_refusal_without_words_is_one()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);
        await client.SendAsync(XdsTypes.Cluster, nonce: client.Last.Nonce, error: "");
        await mesh.SaidAsync("refused Cluster a,b: ");
        Assert.DoesNotContain(mesh.Source.Said, said => said.StartsWith("accepted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_client_held_before_a_refusal_it_still_holds()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"), Cluster("b", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync();
        await mesh.SaidAsync("accepted Cluster a,b");
        mesh.Source.Set(Cluster("a", "2"));
        await client.NextAsync(ack: false);
        await client.SendAsync(XdsTypes.Cluster, nonce: client.Last.Nonce, error: "cannot");
        await mesh.SaidAsync("refused Cluster a,b: cannot");

        var held = mesh.Server.Clients.All.Single().Types[XdsTypes.Cluster].Held;
        Assert.Equal(Cluster("a", "1").Version, held["a"]);
        Assert.Equal(Cluster("b", "1").Version, held["b"]);
    }

    [Theory]
    [InlineData("cluster 'web' is bad", "web")]
    [InlineData("web: no such policy.", "web")]
    [InlineData("Error adding web.shop.", "web.shop")]
    [InlineData("outbound|80||web is bad", "outbound|80||web")]
    [InlineData("webbing is bad", "web,web.shop,outbound|80||web")]
    [InlineData("web.shop: bad. And web, too", "web,web.shop")]
    public void A_reason_means_the_resources_that_it_names(string reason, string meant)
    {
        var sent = new Dictionary<string, string> { ["web"] = "1", ["web.shop"] = "1", ["outbound|80||web"] = "1" };
        Assert.Equal(meant.Split(',').Order(), XdsRefusal.Meant(sent, reason).Keys.Order());
    }

    [Fact]
    public async Task A_client_may_not_want_more_names_or_types_than_it_may()
    {
        await using var mesh = await Mesh.StartAsync(Mesh.Prompt with { MaxNames = 100 });
        using var greedy = mesh.Delta();
        await greedy.SendAsync(XdsTypes.Route, [.. Enumerable.Range(0, 101).Select(i => $"r{i}")]);
        var exception = await Assert.ThrowsAsync<GrpcException>(greedy.EndAsync);
        Assert.Equal((GrpcStatusCode.ResourceExhausted, "a client may subscribe to 100 names"), (exception.StatusCode, exception.Detail));

        using var curious = mesh.Delta();
        for (var i = 0; i < 64; i++)
        {
            await curious.SendAsync($"type.googleapis.com/of.no.Meaning{i}", ["x"]);
            await curious.NextAsync(ack: false);
        }

        await curious.SendAsync("type.googleapis.com/of.no.Meaning64", ["x"]);
        exception = await Assert.ThrowsAsync<GrpcException>(curious.EndAsync);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, exception.StatusCode);
        await Wait.Until(() => mesh.Server.Clients.All.Count == 0, "both to be gone");
    }

    [Fact]
    public async Task A_request_for_another_type_than_that_of_the_service_is_an_error()
    {
        await using var mesh = await Mesh.StartAsync();
        using var client = mesh.Delta("envoy.service.listener.v3.ListenerDiscoveryService", "DeltaListeners");
        await client.SendAsync(XdsTypes.Cluster);
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(client.EndAsync)).StatusCode);
    }
}
