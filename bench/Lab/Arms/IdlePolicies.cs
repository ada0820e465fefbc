namespace Meltemi.Bench.Lab.Arms;

/// <summary>Traffic policies that never have anything to do under the lab's load, as parts of the configuration.</summary>
/// <param name="Route">Goes on after the route's cluster.</param>
/// <param name="PerFilter">Goes on after the route.</param>
/// <param name="Filters">Filters before the router.</param>
/// <param name="Cluster">Goes on after the cluster's connect time-out.</param>
internal sealed record IdlePolicies(string Route, string PerFilter, string Filters, string Cluster)
{
    /// <summary>Nothing is configured.</summary>
    public static IdlePolicies None { get; } = new("", "", "", "");

    /// <summary>All of them: docs/traffic-policies.md.</summary>
    public static IdlePolicies All { get; } = new(
        Route: ", timeout: 15s"
            + ", retry_policy: {retry_on: \"connect-failure,refused-stream,gateway-error\", num_retries: 2, per_try_timeout: 10s}"
            + ", request_mirror_policies: [{cluster: nowhere, runtime_fraction: {default_value: {numerator: 0}}}]",
        PerFilter: """

                        typed_per_filter_config:
                          envoy.filters.http.fault:
                            "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                            abort: {http_status: 503, percentage: {numerator: 0}}
        """,
        Filters: """

                  - name: aeraki.meta_protocol.filters.local_ratelimit
                    config:
                      "@type": type.googleapis.com/aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit
                      stat_prefix: lab
                      token_bucket: {max_tokens: 100000000, tokens_per_fill: 100000000, fill_interval: 1s}
        """,
        Cluster: """

            lb_policy: LEAST_REQUEST
            least_request_lb_config: {slow_start_config: {slow_start_window: 1s}}
            outlier_detection: {consecutive_5xx: 5, split_external_local_origin_errors: true}
            circuit_breakers: {thresholds: [{max_connections: 100000, max_requests: 100000, max_pending_requests: 100000, track_remaining: true, retry_budget: {}}]}
            health_checks: [{timeout: 1s, interval: 5s, unhealthy_threshold: 3, healthy_threshold: 1, tcp_health_check: {}}]
        """);
}
