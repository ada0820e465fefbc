using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Server;
using Meltemi.Xds.Yaml;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>Resources as a control plane sends them, from short texts.</summary>
internal static class Resources
{
    /// <summary>A resource from YAML.</summary>
    /// <param name="broken">It may break rules.</param>
    public static XdsResource Yaml(string type, string name, string yaml, bool broken = false)
    {
        var problems = new ProblemList();
        var body = ByteString.CopyFrom(ResourceReader.ToWire(SchemaSet.Default, YamlText.Parse(yaml)!, AnyTypes.TypeName(type), problems, "").Span);
        if (!broken) Assert.DoesNotContain(problems.ToSorted(), problem => problem.Severity == ProblemSeverity.Error);
        return new XdsResource(type, name, Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 4)), body);
    }

    /// <summary>A listener whose routes come by name.</summary>
    public static XdsResource ListenerOf(string name, int port, string routes, string source = "ads: {}", string more = "") => Yaml(
        XdsTypes.Listener, name, $$"""
        name: {{name}}
        address: { socket_address: { address: 127.0.0.1, port_value: {{port}} } }
        filter_chains:
          filters:
            name: aeraki.meta_protocol_proxy
            typed_config:
              stat_prefix: p
              application_protocol: awesomerpc
              rds: { config_source: { {{source}} }, route_config_name: {{routes}} }
              {{more}}
        """);

    /// <summary>Routes: "cluster" for everything, or "command=cluster" in order.</summary>
    public static XdsResource RoutesOf(string name, params string[] routes) => Yaml(
        XdsTypes.Route, name, $$"""
        name: {{name}}
        virtual_hosts:
          name: all
          domains: "*"
          routes: [{{string.Join(", ", routes.Select(Route))}}]
        """);

    /// <summary>A cluster whose endpoints come by name.</summary>
    public static XdsResource EdsCluster(string name, string more = "", string source = "ads: {}") => Yaml(
        XdsTypes.Cluster, name, $$"""
        name: {{name}}
        type: EDS
        eds_cluster_config: { eds_config: { {{source}} } }
        {{more}}
        """);

    /// <summary>A cluster with endpoints.</summary>
    public static XdsResource StaticCluster(string name, params EndPoint[] endpoints) => Yaml(
        XdsTypes.Cluster, name, $"name: {name}\nload_assignment: {Assignment(name, endpoints)}");

    /// <summary>The endpoints of a cluster.</summary>
    public static XdsResource EndpointsOf(string cluster, params EndPoint[] endpoints) =>
        Yaml(XdsTypes.Endpoints, cluster, Assignment(cluster, endpoints));

    private static string Assignment(string cluster, EndPoint[] endpoints) =>
        $"{{ cluster_name: {cluster}, endpoints: {{ lb_endpoints: [{string.Join(", ", endpoints.Cast<IPEndPoint>().Select(Endpoint))}] }} }}";

    private static string Endpoint(IPEndPoint address) =>
        $"{{ endpoint: {{ address: {{ socket_address: {{ address: \"{address.Address}\", port_value: {address.Port} }} }} }} }}";

    private static string Route(string route)
    {
        var parts = route.Split('=');
        var headers = parts.Length == 2 ? $", headers: {{ name: command, string_match: {{ exact: {parts[0]} }} }}" : "";
        return $"{{ name: {parts[^1]}, match: {{ prefix: /{headers} }}, route: {{ cluster: {parts[^1]} }} }}";
    }
}
