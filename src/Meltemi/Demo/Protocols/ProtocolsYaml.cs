using Meltemi.Codec.Declarative;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>
/// The proxy's configuration: one listener, which tells protocols apart by a client's first bytes, and for all of them the same rules, in the words that
/// every protocol has: <c>caller</c> and <c>method</c>.
/// </summary>
internal static class ProtocolsYaml
{
    /// <summary>Name of the listener.</summary>
    public const string Listener = "every-protocol";

    /// <summary>Application whose calls go to version 2.</summary>
    public const string Canary = "checkout";

    /// <summary>Application that is over its limit after <see cref="Limit"/> calls.</summary>
    public const string Limited = "batch";

    /// <summary>Application whose calls fail on purpose.</summary>
    public const string Chaos = "chaos";

    public const int Limit = 5;

    /// <summary>Failures in a row after which a server gets no more calls.</summary>
    public const int Failures = 3;

    /// <summary>The bootstrap.</summary>
    /// <param name="peers">The protocols and the ports of their servers.</param>
    /// <param name="deadPort">A port on which nobody listens: the first version has a server there that is down.</param>
    public static string Bootstrap(IReadOnlyList<RunningProtocol> peers, int deadPort) => $$"""
        static_resources:
          listeners:
          - name: {{Listener}}
            address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
            listener_filters: [ { name: meltemi.filters.listener.protocol_inspector } ]
            filter_chains:
        {{string.Join('\n', peers.Select(peer => Chain(peer.Protocol)))}}
          clusters:
        {{string.Join('\n', peers.SelectMany(peer => new[] { Cluster(peer.Protocol.Name, "v1", peer.V1.Port, deadPort), Cluster(peer.Protocol.Name, "v2", peer.V2.Port) }))}}

        """;

    private static string Chain(DemoProtocol protocol) => $$"""
            - filter_chain_match: { application_protocols: [ {{protocol.Name}} ] }
              filters:
              - name: aeraki.meta_protocol_proxy
                typed_config:
                  "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                  stat_prefix: {{protocol.Name}}
                  protocol:
                    name: {{protocol.Name}}{{Codec(protocol)}}
                  route_config:
                    name: {{protocol.Name}}
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - name: canary
                        match: { prefix: /, headers: [ { name: caller, string_match: { exact: {{Canary}} } } ] }
                        route: { cluster: {{protocol.Name}}-v2 }
                      - name: limited
                        match: { prefix: /, headers: [ { name: caller, string_match: { exact: {{Limited}} } } ] }
                        route: { cluster: {{protocol.Name}}-v2 }
                        typed_per_filter_config:
                          aeraki.meta_protocol.filters.local_ratelimit:
                            "@type": type.googleapis.com/aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit
                            stat_prefix: {{protocol.Name}}
                            token_bucket: { max_tokens: {{Limit}}, tokens_per_fill: {{Limit}}, fill_interval: 3600s }
                      - name: chaos
                        match: { prefix: /, headers: [ { name: caller, string_match: { exact: {{Chaos}} } } ] }
                        route: { cluster: {{protocol.Name}}-v2 }
                        typed_per_filter_config:
                          envoy.filters.http.fault:
                            "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                            abort: { http_status: 503, percentage: { numerator: 100 } }
                      - name: stable
                        match: { prefix: /, headers: [ { name: {{protocol.MethodAttribute}}, string_match: { exact: sayHello } } ] }
                        route:
                          cluster: {{protocol.Name}}-v1
                          retry_policy: { retry_on: connect-failure, num_retries: 1, retry_host_predicate: [ { name: envoy.retry_host_predicates.previous_hosts } ] }
        """;

    /// <summary>What is to be said of a protocol that only its description knows.</summary>
    private static string Codec(DemoProtocol protocol) => protocol.Description is not { } text ? "" : $"""

                    codec:
                      name: {Description.CodecName}
                      config:
        {string.Join('\n', text.Split('\n').Select(line => $"                {line}"))}
        """;

    private static string Cluster(string protocol, string version, params int[] ports) => $$"""
          - name: {{protocol}}-{{version}}
            type: STATIC
            connect_timeout: 5s
            outlier_detection: { consecutive_5xx: {{Failures}}, base_ejection_time: 300s, max_ejection_percent: 50 }
            load_assignment:
              cluster_name: {{protocol}}-{{version}}
              endpoints:
              - lb_endpoints:
        {{string.Join('\n', ports.Select(port => $"        - endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }} }}"))}}
        """;
}
