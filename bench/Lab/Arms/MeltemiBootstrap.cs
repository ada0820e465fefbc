using Meltemi.Bench.Lab.Protocols;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>
/// The meltemi arm's configuration. Each listener has a first route that matches nothing that is sent and would lead nowhere,
/// so that the right answers prove that requests are routed by what is in them.
/// </summary>
internal static class MeltemiBootstrap
{
    private const string DubboConditions =
        $"{{name: interface, string_match: {{exact: {Dubbo.Interface}}}}}, "
        + $"{{name: method, string_match: {{exact: {Dubbo.Method}}}}}, "
        + $"{{name: user, string_match: {{exact: {Dubbo.User}}}}}";

    private const string ThriftConditions = $"{{name: method, string_match: {{exact: {Thrift.Method}}}}}";

    public static string Yaml(ServicePorts listen, ServicePorts upstream, int adminPort, IdlePolicies policies) => $$"""
        node: {id: lab, cluster: lab}
        admin:
          address: {{Address(adminPort)}}
        static_resources:
          listeners:
          {{Listener("dubbo", listen.Dubbo, DubboConditions, "dubbo", policies)}}
          {{Listener("thrift", listen.Thrift, ThriftConditions, "thrift", policies)}}
          {{Listener("thrift", listen.SharedThrift, ThriftConditions, "thrift-shared", policies)}}
          clusters:
          {{Cluster("dubbo", upstream.Dubbo, policies)}}
          {{Cluster("thrift", upstream.Thrift, policies)}}
          {{Cluster("thrift-shared", upstream.Thrift, policies, "MULTIPLEXED")}}
          {{Cluster("nowhere", 1, IdlePolicies.None)}}

        """;

    private static string Listener(string protocol, int port, string conditions, string cluster, IdlePolicies policies) => $$"""
        - name: {{cluster}}
            address: {{Address(port)}}
            filter_chains:
            - filters:
              - name: aeraki.meta_protocol_proxy
                typed_config:
                  "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                  stat_prefix: {{cluster}}
                  protocol:
                    name: {{protocol}}
                    codec: {name: aeraki.meta_protocol.codec.{{protocol}} }
                  route_config:
                    name: {{protocol}}
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - name: other-method
                        match: {prefix: /, headers: [{name: method, string_match: {prefix: other} }]}
                        route: {cluster: nowhere}
                      - name: {{cluster}}
                        match: {prefix: /, headers: [{{conditions}}] }
                        route: {cluster: {{cluster}}{{policies.Route}} }{{policies.PerFilter}}
                  meta_protocol_filters:{{policies.Filters}}
                  - {name: aeraki.meta_protocol.filters.router}
        """;

    private static string Cluster(string name, int port, IdlePolicies policies, string poolMode = "UNSPECIFIED") => $$"""
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
