using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Protocols;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>
/// The meltemi arm's configuration. Each listener has a first route that matches nothing that is sent and would lead nowhere,
/// so that the right answers prove that requests are routed by what is in them.
/// </summary>
internal static class MeltemiBootstrap
{
    public static string Yaml(IReadOnlyDictionary<Lane, int> listen, ServicePorts upstream, int adminPort, IdlePolicies policies) => $$"""
        node: {id: lab, cluster: lab}
        admin:
          address: {{Address(adminPort)}}
        static_resources:
          listeners:
        {{string.Join('\n', listen.Select(port => Listener(port.Key, port.Value, policies)))}}
          clusters:
        {{string.Join('\n', Lane.All.Select(lane => Cluster(lane.Name, upstream[lane.Protocol], policies, PoolMode(lane))))}}
        {{Cluster("nowhere", 1, IdlePolicies.None, "UNSPECIFIED")}}

        """;

    /// <summary>What must be in a request to be routed: some of what the protocol's requests have.</summary>
    private static string Conditions(ProtocolKind protocol) => string.Join(", ", (protocol switch
    {
        ProtocolKind.Dubbo => new[] { ("interface", Dubbo.Interface), ("method", Dubbo.Method), ("user", Dubbo.User) },
        ProtocolKind.Thrift => [("method", Thrift.Method)],
        _ => [("sofa_head_target_service", $"{Bolt.Service}:1.0"), ("method", Bolt.Method), ("user", Bolt.User)],
    }).Select(condition => $"{{name: {condition.Item1}, string_match: {{exact: \"{condition.Item2}\"}}}}"));

    private static string Codec(Lane lane)
    {
        if (lane != Lane.DescribedBolt)
            return $"{lane.Protocol}".ToLowerInvariant();
        using var text = new StreamReader(typeof(MeltemiBootstrap).Assembly.GetManifestResourceStream("bolt-v1.yaml")!);
        return $"""
            {lane.Name}
                        codec:
                          name: meltemi.codec.declarative
                          config:
            {string.Join('\n', text.ReadToEnd().Split('\n').Select(line => $"                {line}"))}
            """;
    }

    private static string PoolMode(Lane lane) => lane == Lane.SharedThrift ? "MULTIPLEXED" : "UNSPECIFIED";

    private static string Listener(Lane lane, int port, IdlePolicies policies) => $$"""
          - name: {{lane.Name}}
            address: {{Address(port)}}
            filter_chains:
            - filters:
              - name: aeraki.meta_protocol_proxy
                typed_config:
                  "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                  stat_prefix: {{lane.Name}}
                  protocol:
                    name: {{Codec(lane)}}
                  route_config:
                    name: {{lane.Name}}
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - name: other-method
                        match: {prefix: /, headers: [{name: method, string_match: {prefix: other} }]}
                        route: {cluster: nowhere}
                      - name: {{lane.Name}}
                        match: {prefix: /, headers: [{{Conditions(lane.Protocol)}}] }
                        route: {cluster: {{lane.Name}}{{policies.Route}} }{{policies.PerFilter}}
                  meta_protocol_filters:{{policies.Filters}}
                  - {name: aeraki.meta_protocol.filters.router}
        """;

    private static string Cluster(string name, int port, IdlePolicies policies, string poolMode) => $$"""
          - name: {{name}}
            type: STATIC
            connect_timeout: 5s{{policies.Cluster}}
            typed_extension_protocol_options:
              meltemi.upstream:
                "@type": type.googleapis.com/meltemi.config.v1.UpstreamOptions
                pool_mode: {{poolMode}}
            load_assignment:
              cluster_name: {{name}}
              endpoints:
              - lb_endpoints:
                - endpoint:
                    address: {{Address(port)}}
        """;

    private static string Address(int port) => $"{{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}";
}
