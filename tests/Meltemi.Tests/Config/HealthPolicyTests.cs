using AwesomeRpc;
using AwesomeRpc.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Config;

/// <summary>Health checks, slow start and the life of connections, as they are written.</summary>
public class HealthPolicyTests
{
    private const string Here =
        "load_assignment: {endpoints: {lb_endpoints: {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}}}";

    private const string Times = "timeout: 1s, interval: 5s, unhealthy_threshold: 3, healthy_threshold: 2";

    [Fact]
    public void Every_time_and_number_of_a_health_check_is_taken_over()
    {
        var check = Load("""
            health_checks:
            - timeout: 1s
              interval: 2s
              initial_jitter: 3s
              interval_jitter: 4s
              interval_jitter_percent: 5
              unhealthy_threshold: 6
              healthy_threshold: 7
              no_traffic_interval: 8s
              no_traffic_healthy_interval: 9s
              unhealthy_interval: 10s
              unhealthy_edge_interval: 11s
              healthy_edge_interval: 12s
              reuse_connection: false
              always_log_health_check_failures: true
              tcp_health_check: {}
            """).HealthCheck;

        var expected = new HealthCheckConfig
        {
            Probe = new TcpProbeConfig("", []),
            Timeout = TimeSpan.FromSeconds(1),
            Interval = TimeSpan.FromSeconds(2),
            InitialJitter = TimeSpan.FromSeconds(3),
            IntervalJitter = TimeSpan.FromSeconds(4),
            IntervalJitterPercent = 5,
            UnhealthyThreshold = 6,
            HealthyThreshold = 7,
            NoTrafficInterval = TimeSpan.FromSeconds(8),
            NoTrafficHealthyInterval = TimeSpan.FromSeconds(9),
            UnhealthyInterval = TimeSpan.FromSeconds(10),
            UnhealthyEdgeInterval = TimeSpan.FromSeconds(11),
            HealthyEdgeInterval = TimeSpan.FromSeconds(12),
            ReuseConnection = false,
            AlwaysLogFailures = true,
        };
        Assert.Equal(expected, check);
    }

    [Fact]
    public void Bytes_are_written_in_hexadecimal_digits_or_base64()
    {
        var probe = Load($"health_checks: {{{Times}, tcp_health_check: {{send: {{text: 50494e47}}, receive: [{{text: '504f'}}, {{binary: TkM=}}]}}}}").HealthCheck!.Probe;
        Assert.Equal(new TcpProbeConfig("50494E47", ["504F", "4E43"]), probe);
    }

    [Fact]
    public void An_http_check_is_a_request_and_the_statuses_that_are_well()
    {
        var probe = Load(
            $"health_checks: {{{Times}, http_health_check: {{path: /healthz, host: h, request_headers_to_add: {{header: {{key: a, value: b}}}},"
            + " expected_statuses: {start: 200, end: 300}, retriable_statuses: {start: 429, end: 430}}}").HealthCheck!.Probe;
        Assert.Equal(
            new HttpProbeConfig("GET /healthz HTTP/1.1\r\nHost: h\r\nUser-Agent: Meltemi/HC\r\na: b\r\n\r\n", [(200, 300)], [(429, 430)]), probe);
    }

    [Fact]
    public void The_same_text_gives_equal_configurations_so_that_a_reload_changes_nothing()
    {
        var text = Custom("protocol: awesomerpc");
        Assert.Equal(Load(text) with { Endpoints = [] }, Load(text) with { Endpoints = [] });
        Assert.NotEqual(Load(text).HealthCheck, Load(Custom($"protocol: awesomerpc, request: {{text: {Request}}}")).HealthCheck);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { Custom("protocol: no"), "[0].custom_health_check.typed_config.protocol: there is no protocol 'no'; known are awesomerpc, dubbo, thrift" },
        { Custom("protocol: dubbo"), "[0].custom_health_check.typed_config.protocol: the protocol 'dubbo' has no heartbeats: give a 'request'" },
        {
            Custom("protocol: awesomerpc, request: {text: 00}"),
            "[0].custom_health_check.typed_config.request: it is not one whole request of the protocol 'awesomerpc' that wants an answer"
        },
        {
            $"health_checks: {{{Times}, custom_health_check: {{name: envoy.health_checkers.redis}}}}",
            "[0].custom_health_check: 'envoy.health_checkers.redis' is not known; a typed_config with meltemi.config.v1.ProtocolHealthCheck is"
        },
        {
            $"health_checks: {{{Times}, tcp_health_check: {{send: {{text: xyz}}}}}}",
            "[0].tcp_health_check.send.text: must be pairs of hexadecimal digits, not 'xyz'"
        },
        {
            $"health_checks: {{{Times}, http_health_check: {{path: \"/a\\r\\nb\"}}}}",
            "[0].http_health_check: path, host and headers cannot have control characters"
        },
        { $"health_checks: [{{{Times}, tcp_health_check: {{}}}}, {{{Times}, tcp_health_check: {{}}}}]", "[1]: a cluster has one health check at most" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_asked_is_refused_with_the_reason(string fields, string problem)
    {
        var result = LoadResult(fields);
        Assert.Null(result.Config);
        var error = Assert.Single(result.Problems, one => one.Severity == ProblemSeverity.Error);
        Assert.EndsWith($"static_resources.clusters[0].health_checks{problem}", error.ToString());
    }

    [Fact]
    public void An_endpoint_can_be_asked_at_another_port_or_not_at_all()
    {
        var endpoints = Load("""
            load_assignment:
              endpoints:
                lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}, health_check_config: {port_value: 22222}}
                - endpoint: {address: {socket_address: {address: 127.0.0.2, port_value: 1}}, health_check_config: {disable_active_health_check: true}}
            """, alone: true).Endpoints;
        Assert.Equal([(22222, false), (0, true)], endpoints.Select(endpoint => (endpoint.HealthCheckPort, endpoint.IsUnchecked)));
    }

    [Theory]
    [InlineData("round_robin_lb_config: {slow_start_config: {slow_start_window: 60s}}", 60, 1, 10)]
    [InlineData(
        "lb_policy: LEAST_REQUEST\nleast_request_lb_config: {slow_start_config: {slow_start_window: 5s, aggression: {default_value: 2}, min_weight_percent: {value: 3}}}",
        5, 2, 3)]
    [InlineData(
        "load_balancing_policy: {policies: {typed_extension_config: {name: rr, typed_config: {'@type': t/envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin, slow_start_config: {slow_start_window: 7s}}}}}",
        7, 1, 10)]
    public void Slow_start_belongs_to_round_robin_and_least_request(string fields, int seconds, double aggression, double least) => Assert.Equal(
        new SlowStartConfig { Window = TimeSpan.FromSeconds(seconds), Aggression = aggression, MinWeightPercent = least }, Load(fields).Balancer.SlowStart);

    [Theory]
    [InlineData("max_requests_per_connection: 7", 7, 0)]
    [InlineData("common_http_protocol_options: {max_requests_per_connection: 8, max_connection_duration: 9s}", 8, 9)]
    [InlineData(
        "typed_extension_protocol_options: {meltemi.upstream: {'@type': t/meltemi.config.v1.UpstreamOptions, max_connection_duration: 10s}}", 0, 10)]
    [InlineData(
        "max_requests_per_connection: 3\ntyped_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {'@type': t/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, common_http_protocol_options: {max_connection_duration: 11s}, explicit_http_config: {}}}",
        3, 11)]
    public void The_life_of_connections_can_be_said_in_all_the_places_that_xds_has_for_it(string fields, int requests, int seconds) => Assert.Equal(
        new ConnectionLifeConfig { MaxRequests = requests, MaxDuration = TimeSpan.FromSeconds(seconds) }, Load(fields).ConnectionLife);

    private static string Request => Convert.ToHexString(new Message(MessageType.Request, 1) { Text = "x" }.ToBytes());

    private static string Custom(string fields) =>
        $"health_checks: {{{Times}, custom_health_check: {{name: meltemi.health_checkers.protocol, typed_config: {{\"@type\": t/meltemi.config.v1.ProtocolHealthCheck, {fields}}}}}}}";

    private static ClusterConfig Load(string fields, bool alone = false)
    {
        var result = LoadResult(fields, alone);
        Assert.Empty(result.Problems.Select(problem => problem.ToString()));
        return Assert.Single(result.Config!.Clusters);
    }

    private static LoadResult LoadResult(string fields, bool alone = false) =>
        BootstrapLoader.LoadText(Yaml.Cluster(alone ? fields : $"{Here}\n{fields}"), FakeProtocol.Registry().Add(new AwesomeRpcCodecFactory()));
}
