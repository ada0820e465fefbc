using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Dynamic;
using Meltemi.Tests.Support;
using Meltemi.Xds.Server;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>What cannot be used is refused with a reason that names resource, field and problem; everything else is used.</summary>
public class RefusalTests : LoggedTest
{
    private const int Port = 9000;

    public static TheoryData<string, string, string, string> Bad => new()
    {
        { XdsTypes.Listener, "l", "name: l", "address: 'address' is missing" },
        { XdsTypes.Listener, "l", "{ name: l, address: { pipe: { path: /x } } }", "filter_chains: a listener needs a filter chain" },
        { XdsTypes.Cluster, "c", "{ name: other }", "its own name is 'other'" },
        { XdsTypes.Cluster, "c", "type: STATIC", "name: 'name' is missing" },
        { XdsTypes.Cluster, "c", "{ name: c, type: EDS }", "eds_cluster_config: a cluster of type EDS needs it" },
        { XdsTypes.Cluster, "c", "{ name: c, type: ORIGINAL_DST }", "lb_policy: a cluster of type ORIGINAL_DST needs CLUSTER_PROVIDED: there is nothing to choose" },
        { XdsTypes.Cluster, "c", "{ name: c, maglev_lb_config: { table_size: 10 }, lb_policy: MAGLEV }", "maglev_lb_config.table_size: must be a prime" },
        { XdsTypes.Cluster, "c", "{ name: c, type: EDS, eds_cluster_config: { eds_config: { path: /x } } }", "eds_cluster_config.eds_config: resources from files" },
        {
            XdsTypes.Cluster, "c",
            "{ name: c, load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: { socket_address: { address: a.b, port_value: 1 } } } } } } }",
            "load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address: expected an IP address, found \"a.b\""
        },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void The_reason_names_field_and_problem(string type, string name, string yaml, string reason)
    {
        using var mesh = new DynamicMesh().Start();
        var rejection = Assert.Single(mesh.Push(Yaml(type, name, yaml, broken: true)));
        Assert.Equal(name, rejection.Name);
        Assert.Contains(reason, rejection.Reason);
    }

    [Fact]
    public void What_is_refused_leaves_what_was_there_and_does_not_hold_up_the_rest()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));
        var broken = Yaml(XdsTypes.Cluster, "one", "{ name: one, lb_policy: CLUSTER_PROVIDED }");

        var rejection = Assert.Single(mesh.Push(broken, StaticCluster("two", two.Address)));
        Assert.Equal(("one", "lb_policy: ClusterProvided is not supported without a load_balancing_policy"), (rejection.Name, rejection.Reason));
        Assert.Equal(["one", "two"], mesh.Proxy.Clusters.Select(cluster => cluster.Name).Order());
        var status = mesh.Status(XdsTypes.Cluster, "one")!;
        Assert.Equal((broken, rejection.Reason), (status.Error!.Resource, status.Error.Details));
        Assert.NotEqual(broken, status.Active!.Resource);
        Assert.Equal($"{((IPEndPoint)one.Address).Port}", mesh.Ask(mesh.Client(Port)!, "x", one));

        mesh.Give(StaticCluster("one", two.Address));
        Assert.Null(mesh.Status(XdsTypes.Cluster, "one")!.Error);
    }

    [Fact]
    public void Routes_and_endpoints_are_refused_alike()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(EdsCluster("one"));
        mesh.Give(EndpointsOf("one", new IPEndPoint(IPAddress.Loopback, 1)));
        mesh.Give(ListenerOf("front", Port, "routes"));
        mesh.Give(RoutesOf("routes", "one"));

        var badRoutes = Yaml(
            XdsTypes.Route, "routes",
            "{ name: routes, virtual_hosts: { name: v, domains: '*', routes: [{ match: { prefix: /x }, route: { cluster: one } }] } }");
        Assert.Contains("virtual_hosts[0].routes[0].match: only the prefix / can be matched", Assert.Single(mesh.Push(badRoutes)).Reason);
        var badEndpoints = Yaml(
            XdsTypes.Endpoints, "one",
            "{ cluster_name: one, endpoints: { lb_endpoints: { endpoint: { address: { socket_address: { address: \"::\", port_value: 0 } } } } } }");
        Assert.Contains("endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value: must be from 1 to 65535", Assert.Single(mesh.Push(badEndpoints)).Reason);

        Assert.Single(mesh.Proxy.Clusters.Single().Endpoints.Endpoints);
        Assert.NotNull(mesh.Status(XdsTypes.Route, "routes")!.Error);
        Assert.NotNull(mesh.Status(XdsTypes.Endpoints, "one")!.Error);
    }

    [Fact]
    public void A_codec_that_is_not_known_is_named_with_those_that_are()
    {
        using var mesh = new DynamicMesh().Start();
        var listener = ListenerOf("front", Port, "routes", more: "protocol: { name: awesomrpc }");
        Assert.Contains(
            "filter_chains[0].filters[0].typed_config.protocol.name: there is no protocol 'awesomrpc'; known are awesomerpc; did you mean 'awesomerpc'?",
            Assert.Single(mesh.Push(listener)).Reason);
    }

    [Fact]
    public void A_listener_whose_address_is_taken_is_refused_and_tried_again_at_the_next_push()
    {
        using var host = new ProxyHost(1);
        FakeControlPlane? ads = null;
        var queue = new ManualQueue();
        var source = new SourceConfig();
        var config = new DynamicConfig { Node = new(), Ads = DynamicMesh.Controller, Listeners = source, Clusters = source };
        var follower = new ControlPlaneFollower(
            host.DataPlane, new CodecRegistry(), config, (addresses, delta, type, handler) => ads = new(addresses, delta, type, handler), queue, Log);
        follower.Start(new ProxyConfig(), []);
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        ads!.Push([StaticCluster("one", new IPEndPoint(IPAddress.Loopback, 1))], []);
        var listener = Tcp("front", ((IPEndPoint)taken.LocalEndPoint!).Port);

        Assert.Contains($"listener 'front' cannot listen on {taken.LocalEndPoint}: Address already in use", Assert.Single(ads.Push([listener], [])).Reason);
        Assert.NotNull(Status()!.Error);
        Assert.Empty(ads.Push([Tcp("other", 0)], []));
        Assert.NotNull(Status()!.Error);
        taken.Dispose();
        Assert.Empty(ads.Push([Tcp("third", 0)], []));

        Assert.Equal((null, listener), (Status()!.Error, Status()!.Active?.Resource));
        Assert.Contains(listener, ads.Held);
        Assert.Equal(["front", "other", "third"], host.DataPlane.Listeners.Select(running => running.Config.Name).Order());

        ResourceStatus? Status() => follower.Status.SingleOrDefault(status => status.Name == "front");
    }

    [Fact]
    public void An_address_that_is_reserved_answers_nobody_until_it_is_listened_on()
    {
        using var host = new ProxyHost(1);
        var (free, config) = (FreePort(), new TcpChainConfig { StatPrefix = "t", Clusters = [new("c", 1)] });
        var listener = new ListenerConfig { Name = "front", Addresses = [new IPEndPoint(IPAddress.Loopback, free)], Chain = config };
        using (host.DataPlane.ReserveAddresses(listener, out var problem))
        {
            Assert.Null(problem);
            using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => other.Connect(listener.Addresses[0])).SocketErrorCode);
            Assert.Null(host.DataPlane.UpsertListener(listener));
        }

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.Addresses[0]);
    }

    [Fact]
    public void Whatever_bytes_come_what_is_in_force_serves_on()
    {
        using var mesh = new DynamicMesh().Start();
        var one = mesh.Kernel.Serve();
        XdsResource[] good = [EdsCluster("one"), EndpointsOf("one", one.Address), ListenerOf("front", Port, "routes"), RoutesOf("routes", "x=one", "one")];
        foreach (var resource in good) mesh.Give(resource);
        var (random, refused) = (new Random(1), 0);
        for (var i = 0; i < 2000; i++)
        {
            var resource = good[random.Next(good.Length)];
            var bytes = resource.Body.ToByteArray();
            for (var change = 0; change <= random.Next(3); change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            refused += mesh.Push(resource with { Version = $"{i}", Body = ByteString.CopyFrom(bytes) }).Count;
            if (i % 100 == 0) mesh.Advance(20);
        }

        // What was damaged and still a message is in force; the good state comes back whole.
        Assert.True(refused > 500);
        foreach (var resource in good) mesh.Give(resource);
        mesh.Advance(20);
        Assert.Equal($"{((IPEndPoint)one.Address).Port}", mesh.Ask(mesh.Client(Port)!, "x", one));
    }

    [Fact]
    public void What_the_file_has_is_not_replaced()
    {
        using var mesh = new DynamicMesh().Start(new ProxyConfig { Clusters = [new() { Name = "one" }] });
        Assert.Contains("the proxy's own configuration has a cluster of this name", Assert.Single(mesh.Push(EdsCluster("one"))).Reason);
        mesh.Remove(XdsTypes.Cluster, "one");
        Assert.Single(mesh.Proxy.Clusters);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static XdsResource Tcp(string name, int port) => Yaml(
        XdsTypes.Listener, name, $$"""
        name: {{name}}
        address: { socket_address: { address: 127.0.0.1, port_value: {{port}} } }
        filter_chains: { filters: { name: envoy.filters.network.tcp_proxy, typed_config: { stat_prefix: t, cluster: one } } }
        """);
}
