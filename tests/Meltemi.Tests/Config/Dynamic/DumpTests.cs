using System.Text.Json;
using Meltemi.Proxy.Admin;
using Meltemi.Xds.Server;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>What <c>/config_dump</c> shows of what came from control planes, in Envoy's form.</summary>
public class DumpTests
{
    [Fact]
    public void Resources_are_shown_as_they_came_with_version_time_and_error()
    {
        using var mesh = new DynamicMesh().Start();
        var cluster = StaticCluster("one", new System.Net.IPEndPoint(1, 1));
        mesh.Give(cluster, EdsCluster("two"));
        mesh.Give(ListenerOf("front", 9000, "routes"), ListenerOf("later", 9001, "missing"));
        mesh.Give(RoutesOf("routes", "one"));
        _ = mesh.Push(Yaml(XdsTypes.Cluster, "one", "{ name: one, type: ORIGINAL_DST }"), Yaml(XdsTypes.Cluster, "new", "{ name: new, type: ORIGINAL_DST }"));
        using var dump = JsonDocument.Parse(ConfigDump.Write(mesh.Proxy.Config, [.. mesh.Follower.Status]));

        var clusters = Part("ClustersConfigDump");
        var one = Named(clusters.GetProperty("dynamic_active_clusters"), "cluster", "one");
        Assert.Equal((cluster.Version, "2026-01-31T12:00:00.000Z", "NACKED"), (Text(one, "version_info"), Text(one, "last_updated"), Text(one, "client_status")));
        Assert.Equal("lb_policy: a cluster of type ORIGINAL_DST needs CLUSTER_PROVIDED: there is nothing to choose", Text(one.GetProperty("error_state"), "details"));
        Assert.Equal("ORIGINAL_DST", Text(one.GetProperty("error_state").GetProperty("failed_configuration"), "type"));
        Assert.Equal("NACKED", Text(Named(clusters.GetProperty("dynamic_active_clusters"), "cluster", "new"), "client_status"));
        Assert.Equal("two", Text(clusters.GetProperty("dynamic_warming_clusters")[0].GetProperty("cluster"), "name"));

        var listeners = Part("ListenersConfigDump").GetProperty("dynamic_listeners");
        Assert.Equal("p", Text(listeners[0].GetProperty("active_state").GetProperty("listener").GetProperty("filter_chains")[0].GetProperty("filters")[0]
            .GetProperty("typed_config"), "stat_prefix"));
        Assert.Equal(("later", false), (Text(listeners[1], "name"), listeners[1].TryGetProperty("active_state", out _)));
        Assert.True(listeners[1].TryGetProperty("warming_state", out _));

        var routes = Part("RoutesConfigDump").GetProperty("dynamic_route_configs");
        Assert.Equal("REQUESTED", Text(Named(routes, "route_config", "missing"), "client_status"));
        Assert.Equal("ACKED", Text(Named(routes, "route_config", "routes"), "client_status"));

        JsonElement Part(string type) => dump.RootElement.GetProperty("configs").EnumerateArray()
            .Single(part => Text(part, "@type") == "type.googleapis.com/envoy.admin.v3." + type);
    }

    private static JsonElement Named(JsonElement list, string field, string name) =>
        list.EnumerateArray().Single(item => Text(item.GetProperty(field), "name") == name);

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();
}
