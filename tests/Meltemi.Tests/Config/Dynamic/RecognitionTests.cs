using Meltemi.Xds.Server;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>A listener of a control plane with several chains, each with routes of its own.</summary>
public class RecognitionTests
{
    private const int Port = 9000;

    private static readonly XdsResource Listener = Yaml(XdsTypes.Listener, "front", $$"""
        name: front
        address: { socket_address: { address: 127.0.0.1, port_value: {{Port}} } }
        listener_filters: { name: meltemi.filters.listener.protocol_inspector }
        filter_chains:
          filter_chain_match: { application_protocols: awesomerpc }
          filters: { name: aeraki.meta_protocol_proxy, typed_config: { stat_prefix: p, application_protocol: awesomerpc, rds: { config_source: { ads: {} }, route_config_name: known } } }
        default_filter_chain:
          filters: { name: aeraki.meta_protocol_proxy, typed_config: { stat_prefix: p, application_protocol: awesomerpc, rds: { config_source: { ads: {} }, route_config_name: others } } }
        """);

    [Fact]
    public void Waits_for_the_routes_of_all_and_then_takes_each_apart()
    {
        using var mesh = new DynamicMesh().Start();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Give(StaticCluster("one", one.Address), StaticCluster("two", two.Address));
        mesh.Give(Listener);
        Assert.Superset(new HashSet<(string, string)> { (XdsTypes.Route, "known"), (XdsTypes.Route, "others") }, mesh.Ads.Names.ToHashSet());
        mesh.Give(RoutesOf("known", "one"));
        Assert.Null(mesh.Client(Port));
        mesh.Give(RoutesOf("others", "two"));
        var client = mesh.Client(Port)!;
        Assert.Equal(PortOf(one), mesh.Ask(client, "echo", one, two));

        mesh.Give(RoutesOf("others", "one"));
        mesh.Give(RoutesOf("known", "two"));
        Assert.Equal(PortOf(two), mesh.Ask(client, "echo", one, two));
    }

    [Fact]
    public void Asks_for_no_routes_of_chains_that_are_gone()
    {
        using var mesh = new DynamicMesh().Start();
        var server = mesh.Kernel.Serve();
        mesh.Give(StaticCluster("one", server.Address));
        mesh.Give(Listener, RoutesOf("known", "one"), RoutesOf("others", "one"));
        mesh.Give(ListenerOf("front", Port, "others"));

        Assert.DoesNotContain((XdsTypes.Route, "known"), mesh.Ads.Names);
        Assert.Contains((XdsTypes.Route, "others"), mesh.Ads.Names);
        Assert.Equal(PortOf(server), mesh.Ask(mesh.Client(Port)!, "echo", server));
        mesh.Remove(XdsTypes.Listener, "front");
        Assert.DoesNotContain(mesh.Ads.Names, name => name.Item1 == XdsTypes.Route);
    }

    private static string PortOf(Meltemi.Transport.MemoryServer server) => $"{((System.Net.IPEndPoint)server.Address).Port}";
}
