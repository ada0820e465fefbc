using System.Net;
using Meltemi.Xds.Server;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>What has to be there before something comes into force.</summary>
public class WarmingTests
{
    private const int Port = 9000;

    [Fact]
    public void A_listener_serves_when_its_routes_and_their_clusters_have_arrived()
    {
        using var mesh = new DynamicMesh().Start();
        var server = mesh.Kernel.Serve();
        mesh.Give(EdsCluster("one"));
        mesh.Give(ListenerOf("front", Port, "routes"));
        Assert.Null(mesh.Client(Port));
        Assert.Contains((XdsTypes.Route, "routes"), mesh.Ads.Names);

        mesh.Give(RoutesOf("routes", "one"));
        Assert.Null(mesh.Client(Port));
        Assert.False(mesh.Follower.IsLive);

        mesh.Give(EndpointsOf("one", server.Address));
        Assert.True(mesh.Follower.IsLive);
        Assert.NotEqual("", mesh.Ask(mesh.Client(Port)!, "echo", server));
    }

    [Fact]
    public void A_listener_whose_time_is_over_serves_with_what_is_there()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(EdsCluster("one"));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Advance(14.9);
        Assert.Null(mesh.Client(Port));
        mesh.Advance(0.2);

        var client = mesh.Client(Port)!;
        Assert.Contains("NR", mesh.Ask(client, "echo"));
        Assert.True(mesh.Follower.IsLive);

        // Routes that come late reach the clients that are there.
        var server = mesh.Kernel.Serve();
        mesh.Give(EndpointsOf("one", server.Address));
        mesh.Give(RoutesOf("routes", "one"));
        Assert.Equal(PortOf(server.Address), mesh.Ask(client, "echo", server));
    }

    [Fact]
    public void The_time_limit_is_the_one_of_the_source()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(StaticCluster("one", mesh.Kernel.Serve().Address));
        mesh.Give(ListenerOf("front", Port, "routes", "ads: {}, initial_fetch_timeout: 2s"));
        mesh.Give(ListenerOf("patient", Port + 1, "routes", "ads: {}, initial_fetch_timeout: 0s"));
        mesh.Advance(2.1);
        Assert.NotNull(mesh.Client(Port));
        mesh.Advance(3600);
        Assert.Null(mesh.Client(Port + 1));
        mesh.Give(RoutesOf("routes", "one"));
        Assert.NotNull(mesh.Client(Port + 1));
    }

    [Fact]
    public void A_listener_that_changes_serves_as_it_was_until_the_new_state_is_complete()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address));
        mesh.Give(ListenerOf("front", Port, "first"));
        mesh.Give(RoutesOf("first", "one"));
        var client = mesh.Client(Port)!;

        mesh.Give(StaticCluster("two", two.Address));
        mesh.Give(ListenerOf("front", Port, "second"));
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "echo", one, two));
        Assert.NotNull(mesh.Status(XdsTypes.Listener, "front")!.Warming);

        mesh.Give(RoutesOf("second", "two"));
        Assert.Equal(PortOf(two.Address), mesh.Ask(client, "echo", one, two));
        Assert.DoesNotContain((XdsTypes.Route, "first"), mesh.Ads.Names);
    }

    [Fact]
    public void A_change_that_is_taken_back_before_it_is_complete_is_off()
    {
        using var mesh = new DynamicMesh().Start();
        var one = mesh.Kernel.Serve();
        var before = ListenerOf("front", Port, "first");
        mesh.Give(StaticCluster("one", one.Address));
        mesh.Give(before);
        mesh.Give(RoutesOf("first", "one"));
        mesh.Give(ListenerOf("front", Port, "second"));
        mesh.Give(before);

        Assert.Equal([(XdsTypes.Route, "first")], mesh.Ads.Names);
        Assert.Null(mesh.Status(XdsTypes.Listener, "front")!.Warming);
        mesh.Advance(60);
        Assert.Equal(PortOf(one.Address), mesh.Ask(mesh.Client(Port)!, "echo", one));
    }

    [Fact]
    public void A_listener_that_keeps_changing_does_not_wait_for_ever()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(StaticCluster("one", mesh.Kernel.Serve().Address));
        for (var i = 0; i < 4; i++)
        {
            mesh.Give(ListenerOf("front", Port, $"routes-{i}"));
            mesh.Advance(4);
        }

        Assert.NotNull(mesh.Client(Port));
    }

    [Fact]
    public void New_routes_wait_for_a_cluster_that_does_not_know_its_endpoints_yet()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        var client = mesh.Client(Port)!;

        mesh.Give(EdsCluster("two"));
        mesh.Give(RoutesOf("routes", "two"));
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "echo", one, two));

        mesh.Give(EndpointsOf("two", two.Address));
        Assert.Equal(PortOf(two.Address), mesh.Ask(client, "echo", one, two));
    }

    [Fact]
    public void A_cluster_whose_endpoints_never_come_is_in_force_after_a_while()
    {
        using var mesh = new DynamicMesh().Start();
        var one = mesh.Kernel.Serve();
        mesh.Give(StaticCluster("one", one.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        mesh.Give(EdsCluster("two"));
        mesh.Give(RoutesOf("routes", "two"));
        mesh.Advance(14);
        var client = mesh.Client(Port)!;
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "echo", one));
        mesh.Advance(1.1);
        Assert.Contains("UH", mesh.Ask(client, "echo", one));
    }

    [Fact]
    public void A_cluster_that_is_known_not_to_exist_by_then_is_not_waited_for()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(StaticCluster("one", mesh.Kernel.Serve().Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "nowhere"));
        Assert.Contains("NC", mesh.Ask(mesh.Client(Port)!, "echo"));
    }

    [Fact]
    public void Endpoints_that_are_known_not_to_exist_are_not_waited_for()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(EdsCluster("one"));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        mesh.Remove(XdsTypes.Endpoints, "one");
        Assert.Contains("UH", mesh.Ask(mesh.Client(Port)!, "echo"));
    }

    [Fact]
    public void A_cluster_that_changes_keeps_its_endpoints_until_others_come()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(EdsCluster("c"));
        mesh.Give(EndpointsOf("c", one.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "c"));
        var client = mesh.Client(Port)!;

        mesh.Give(EdsCluster("c", "connect_timeout: 1s"));
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "echo", one, two));
        mesh.Give(EndpointsOf("c", two.Address));
        Assert.Equal(PortOf(two.Address), mesh.Ask(client, "echo", one, two));
        Assert.Equal(TimeSpan.FromSeconds(1), mesh.Proxy.Clusters.Single().Config.ConnectTimeout);
    }

    [Fact]
    public void A_cluster_that_is_to_get_its_endpoints_in_another_way_serves_with_those_it_has()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("c", one.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "c"));
        var client = mesh.Client(Port)!;

        mesh.Give(EdsCluster("c"));
        Assert.Equal(PortOf(one.Address), mesh.Ask(client, "echo", one, two));
        mesh.Give(EndpointsOf("c", two.Address));
        Assert.Equal(PortOf(two.Address), mesh.Ask(client, "echo", one, two));
    }

    [Fact]
    public void Nothing_is_in_force_before_listeners_and_clusters_were_answered()
    {
        using var mesh = new DynamicMesh().Start();
        var live = 0;
        mesh.Follower.Live = () => live++;
        mesh.Ads.Push([], [], XdsTypes.Cluster);
        mesh.Settle();
        Assert.Equal(0, live);
        mesh.Ads.Push([], [], XdsTypes.Listener);
        mesh.Settle();
        Assert.True(mesh.Follower.IsLive);
        mesh.Give(ListenerOf("front", Port, "routes"));
        Assert.Equal(1, live);
    }

    private static string PortOf(EndPoint address) => $"{((IPEndPoint)address).Port}";
}
