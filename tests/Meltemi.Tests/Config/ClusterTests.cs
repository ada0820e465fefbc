using System.Net;
using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

public class ClusterTests
{
    private const string Here =
        "load_assignment: {endpoints: {lb_endpoints: {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}}}";

    [Fact]
    public void A_cluster_that_says_nothing_has_the_defaults()
    {
        var cluster = Load(Here);

        Assert.Equal(new ClusterConfig { Name = "c" }, cluster with { Endpoints = [] });
        Assert.Equal(new EndpointConfig { Address = IPEndPoint.Parse("127.0.0.1:1") }, Assert.Single(cluster.Endpoints));
    }

    [Fact]
    public void Timeouts_limits_and_sizes_are_taken_over()
    {
        var cluster = Load($$$"""
            {{{Here}}}
            connect_timeout: 0.1s
            dns_refresh_rate: 7s
            per_connection_buffer_limit_bytes: 4096
            connection_pool_per_downstream_connection: true
            upstream_bind_config: {source_address: {address: 127.0.0.2, port_value: 0}}
            circuit_breakers: {thresholds: {max_connections: 1, max_pending_requests: 2, max_requests: 4294967295}}
            typed_extension_protocol_options:
              envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions
                idle_timeout: 60s
            """);

        var expected = new ClusterConfig
        {
            Name = "c",
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
            DnsRefresh = TimeSpan.FromSeconds(7),
            BufferLimitBytes = 4096,
            PoolMode = PoolMode.Bound,
            LocalAddress = IPEndPoint.Parse("127.0.0.2:0"),
            Limits = new() { MaxConnections = 1, MaxPendingRequests = 2, MaxRequests = int.MaxValue },
            IdleTimeout = TimeSpan.FromMinutes(1),
        };
        Assert.Equal(expected, cluster with { Endpoints = [] });
    }

    [Fact]
    public void What_xds_has_no_field_for_has_one_of_ours()
    {
        var cluster = Load($$"""
            {{Here}}
            typed_extension_protocol_options:
              meltemi.upstream:
                "@type": type.googleapis.com/meltemi.config.v1.UpstreamOptions
                pool_mode: ONE_AT_A_TIME
                connections_per_endpoint: 3
                idle_timeout: 0s
                heartbeat_interval: 1s
            """);

        Assert.Equal(
            (PoolMode.OneAtATime, 3, TimeSpan.Zero, TimeSpan.FromSeconds(1)),
            (cluster.PoolMode, cluster.ConnectionsPerEndpoint, cluster.IdleTimeout, cluster.HeartbeatInterval));
    }

    private static SubsetsConfig Subsets => new()
    {
        Selectors = [new() { Keys = ["a", "b"], Fallback = SubsetFallback.FewerKeys, FallbackKeys = ["a"] }, new() { Keys = ["a"] }],
    };

    public static TheoryData<string, BalancerConfig> Balancers => new()
    {
        { "lb_policy: ROUND_ROBIN", new() },
        { "lb_policy: RANDOM", new() { Kind = BalancerKind.Random } },
        { "lb_policy: LEAST_REQUEST", new() { Kind = BalancerKind.LeastRequest } },
        {
            "lb_policy: LEAST_REQUEST\nleast_request_lb_config: {choice_count: 5}",
            new() { Kind = BalancerKind.LeastRequest, ChoiceCount = 5 }
        },
        {
            "lb_policy: RING_HASH\nring_hash_lb_config: {minimum_ring_size: 10, maximum_ring_size: 20}",
            new() { Kind = BalancerKind.RingHash, MinRingSize = 10, MaxRingSize = 20 }
        },
        { "lb_policy: MAGLEV\nmaglev_lb_config: {table_size: 101}", new() { Kind = BalancerKind.Maglev, MaglevTableSize = 101 } },
        { Policy("maglev.v3.Maglev, table_size: 11"), new() { Kind = BalancerKind.Maglev, MaglevTableSize = 11 } },
        { Policy("ring_hash.v3.RingHash, minimum_ring_size: 7"), new() { Kind = BalancerKind.RingHash, MinRingSize = 7 } },
        { Policy("least_request.v3.LeastRequest, choice_count: 3"), new() { Kind = BalancerKind.LeastRequest, ChoiceCount = 3 } },
        { Policy("random.v3.Random"), new() { Kind = BalancerKind.Random } },
        { Policy("round_robin.v3.RoundRobin"), new() },
        { "common_lb_config: {locality_weighted_lb_config: {}}", new() { Localities = new WeightedLocalities() } },
        { Policy("round_robin.v3.RoundRobin, locality_lb_config: {locality_weighted_lb_config: {}}"), new() { Localities = new WeightedLocalities() } },
        {
            Policy("random.v3.Random, locality_lb_config: {locality_weighted_lb_config: {}}"),
            new() { Kind = BalancerKind.Random, Localities = new WeightedLocalities() }
        },
        {
            Policy("least_request.v3.LeastRequest, locality_lb_config: {locality_weighted_lb_config: {}}"),
            new() { Kind = BalancerKind.LeastRequest, Localities = new WeightedLocalities() }
        },
        { Policy("maglev.v3.Maglev, locality_weighted_lb_config: {}"), new() { Kind = BalancerKind.Maglev, Localities = new WeightedLocalities() } },
        {
            Policy("ring_hash.v3.RingHash, locality_weighted_lb_config: {}"),
            new() { Kind = BalancerKind.RingHash, Localities = new WeightedLocalities() }
        },
        {
            Policy("peak_ewma.v3alpha.PeakEwma, decay_time: 3s, default_rtt: 0.05s"),
            new() { Kind = BalancerKind.PeakEwma, DecayTime = TimeSpan.FromSeconds(3), AssumedLatency = TimeSpan.FromMilliseconds(50) }
        },
        {
            "lb_policy: RING_HASH\ncommon_lb_config: {consistent_hashing_lb_config: {hash_balance_factor: 150}}",
            new() { Kind = BalancerKind.RingHash, HashBalanceFactor = 150 }
        },
        {
            Policy("maglev.v3.Maglev, consistent_hashing_lb_config: {hash_balance_factor: 120}"),
            new() { Kind = BalancerKind.Maglev, HashBalanceFactor = 120 }
        },
        { Policy("ring_hash.v3.RingHash, hash_balance_factor: 130"), new() { Kind = BalancerKind.RingHash, HashBalanceFactor = 130 } },
        {
            "lb_policy: LEAST_REQUEST\nleast_request_lb_config: {active_request_bias: {default_value: 0.5}}",
            new() { Kind = BalancerKind.LeastRequest, ActiveRequestBias = 0.5 }
        },
        {
            Policy("least_request.v3.LeastRequest, selection_method: FULL_SCAN, active_request_bias: {default_value: 2}"),
            new() { Kind = BalancerKind.LeastRequest, FullScan = true, ActiveRequestBias = 2 }
        },
        {
            "lb_subset_config: {fallback_policy: DEFAULT_SUBSET, default_subset: {a: b}, subset_selectors: [{keys: [b, a, b], "
                + "fallback_policy: KEYS_SUBSET, fallback_keys_subset: [a]}, {keys: [a]}], panic_mode_any: true}",
            new() { Subsets = Subsets with { Default = new([new("a", "\"b\"")]), AnyInsteadOfDefault = true, Fallback = SubsetFallback.Default } }
        },
        {
            Policy("subset.v3.Subset, locality_weight_aware: true, fallback_policy: ANY_ENDPOINT, subset_selectors: [{keys: [a, b], "
                + "fallback_policy: KEYS_SUBSET, fallback_keys_subset: [a]}, {keys: [a]}], subset_lb_policy: {policies: [{typed_extension_config: "
                + "{name: y, typed_config: {'@type': t/envoy.extensions.load_balancing_policies.random.v3.Random}}}]}"),
            new() { Kind = BalancerKind.Random, Subsets = Subsets with { LocalityWeights = true, Fallback = SubsetFallback.Any } }
        },
        {
            Policy("wrr_locality.v3.WrrLocality, endpoint_picking_policy: {policies: [{typed_extension_config: {name: y, "
                + "typed_config: {'@type': t/envoy.extensions.load_balancing_policies.random.v3.Random}}}]}"),
            new() { Kind = BalancerKind.Random, Localities = new WeightedLocalities() }
        },
    };

    [Theory]
    [MemberData(nameof(Balancers))]
    public void Every_balancer_can_be_chosen(string fields, BalancerConfig expected) =>
        Assert.Equal(expected, Load($"{Here}\n{fields}").Balancer);

    [Theory]
    [InlineData("STATIC", DiscoveryType.Static)]
    [InlineData("STRICT_DNS", DiscoveryType.StrictDns)]
    [InlineData("LOGICAL_DNS", DiscoveryType.LogicalDns)]
    public void Endpoints_are_found_in_several_ways(string type, DiscoveryType expected) =>
        Assert.Equal(expected, Load($"{Here}\ntype: {type}").Discovery);

    [Fact]
    public void Clients_may_say_themselves_where_they_go()
    {
        var cluster = Load("type: ORIGINAL_DST\nlb_policy: CLUSTER_PROVIDED\ncleanup_interval: 9s\noriginal_dst_lb_config: {upstream_port_override: 81}");
        Assert.Equal(DiscoveryType.OriginalDestination, cluster.Discovery);
        Assert.Equal(new OriginalDestinationConfig { Port = 81, CleanupInterval = TimeSpan.FromSeconds(9) }, cluster.OriginalDestination);
        Assert.EndsWith(
            ".lb_policy: a cluster of type ORIGINAL_DST needs CLUSTER_PROVIDED: there is nothing to choose",
            Assert.Single(Yaml.Errors(Yaml.Cluster("type: ORIGINAL_DST"))));
    }

    [Theory]
    [InlineData("{}", 100, 6)]
    [InlineData("{routing_enabled: {value: 50}, min_cluster_size: 3}", 50, 3)]
    public void Zones_are_heeded_as_told(string fields, double percent, int size) => Assert.Equal(
        new ZoneAware(percent, size), Load($"{Here}\ncommon_lb_config: {{zone_aware_lb_config: {fields}}}").Balancer.Localities);

    [Fact]
    public void An_endpoint_has_weight_health_and_hash_key()
    {
        var endpoints = Load("""
            load_assignment:
              endpoints:
                lb_endpoints:
                - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 1}}}
                  load_balancing_weight: 5
                  metadata: {filter_metadata: {envoy.lb: {hash_key: k}}}
                - {endpoint: {address: {socket_address: {address: 10.0.0.2, port_value: 1}}}, health_status: DRAINING}
                - {endpoint: {address: {socket_address: {address: 10.0.0.3, port_value: 1}}}, health_status: UNHEALTHY}
                - {endpoint: {address: {socket_address: {address: 10.0.0.4, port_value: 1}}}, health_status: DEGRADED}
            """).Endpoints;

        Assert.Equal([5u, 1u, 1u, 1u], endpoints.Select(endpoint => endpoint.Weight));
        Assert.Equal(["k", null, null, null], endpoints.Select(endpoint => endpoint.HashKey));
        Assert.Equal([false, false, true, false], endpoints.Select(endpoint => endpoint.Unhealthy));
        Assert.Equal([false, true, false, false], endpoints.Select(endpoint => endpoint.Draining));
    }

    [Fact]
    public void Outlier_detection_has_the_defaults_that_xds_gives_it()
    {
        Assert.Null(Load(Here).Outliers);
        Assert.Equal(new OutlierConfig(), Load($"{Here}\noutlier_detection: {{}}").Outliers);
    }

    [Fact]
    public void Every_field_of_outlier_detection_is_taken_over()
    {
        var outliers = Load($$"""
            {{Here}}
            outlier_detection:
              consecutive_5xx: 1
              enforcing_consecutive_5xx: 2
              consecutive_gateway_failure: 3
              enforcing_consecutive_gateway_failure: 4
              split_external_local_origin_errors: true
              consecutive_local_origin_failure: 5
              enforcing_consecutive_local_origin_failure: 6
              interval: 7s
              base_ejection_time: 8s
              max_ejection_time: 9s
              max_ejection_time_jitter: 10s
              max_ejection_percent: 11
              always_eject_one_host: true
              successful_active_health_check_uneject_host: false
              success_rate_minimum_hosts: 12
              success_rate_request_volume: 13
              success_rate_stdev_factor: 1400
              enforcing_success_rate: 15
              enforcing_local_origin_success_rate: 16
              failure_percentage_threshold: 17
              failure_percentage_minimum_hosts: 18
              failure_percentage_request_volume: 19
              enforcing_failure_percentage: 20
              enforcing_failure_percentage_local_origin: 21
            typed_extension_protocol_options:
              meltemi.upstream: {"@type": type.googleapis.com/meltemi.config.v1.UpstreamOptions, application_errors_eject: true}
            """).Outliers;

        var expected = new OutlierConfig
        {
            Consecutive5xx = new(1, 2),
            ConsecutiveGatewayFailure = new(3, 4),
            SplitLocalOriginErrors = true,
            ConsecutiveLocalOriginFailure = new(5, 6),
            Interval = TimeSpan.FromSeconds(7),
            BaseEjectionTime = TimeSpan.FromSeconds(8),
            MaxEjectionTime = TimeSpan.FromSeconds(9),
            MaxEjectionTimeJitter = TimeSpan.FromSeconds(10),
            MaxEjectionPercent = 11,
            AlwaysEjectOneHost = true,
            UnejectByHealthCheck = false,
            SuccessRate = new() { MinimumHosts = 12, RequestVolume = 13, StdevFactor = 1.4, EnforcingPercent = 15, EnforcingLocalOriginPercent = 16 },
            FailurePercentage = new() { Threshold = 17, MinimumHosts = 18, RequestVolume = 19, EnforcingPercent = 20, EnforcingLocalOriginPercent = 21 },
            ApplicationErrors = true,
        };
        Assert.Equal(expected, outliers);
    }

    [Theory]
    [InlineData("connect_timeout: 5s", 50)]
    [InlineData("common_lb_config: {healthy_panic_threshold: {value: 20.5}}", 20.5)]
    [InlineData("common_lb_config: {healthy_panic_threshold: {}}", 0)]
    public void The_panic_threshold_is_half_unless_said_otherwise(string fields, double expected) =>
        Assert.Equal(expected, Load($"{Here}\n{fields}").Balancer.PanicPercent);

    [Fact]
    public void Endpoints_have_the_priority_and_the_place_of_their_list()
    {
        var cluster = Load("""
            load_assignment:
              policy: {overprovisioning_factor: 200}
              endpoints:
              - load_balancing_weight: 3
                locality: {region: r, zone: z}
                lb_endpoints: {endpoint: {address: {pipe: {path: a}}}}
              - priority: 1
                lb_endpoints: {endpoint: {address: {pipe: {path: b}}}}
              - lb_endpoints: {endpoint: {address: {pipe: {path: c}}}}
            """);

        Assert.Equal(
            [new PlaceConfig(new("r", "z"), 0, 3), new PlaceConfig(LocalityConfig.None, 1), PlaceConfig.Nowhere],
            cluster.Endpoints.Select(endpoint => endpoint.Place));
        Assert.Equal(200, cluster.Overprovisioning);
        Assert.Equal("r/z", cluster.Endpoints[0].Place.Locality.ToString());
    }

    [Theory]
    [InlineData("type: ORIGINAL_DST\nlb_policy: CLUSTER_PROVIDED", ".load_assignment: a cluster of type ORIGINAL_DST has no endpoints of its own")]
    [InlineData("cluster_type: {name: x}", ".cluster_type: 'x' is not supported")]
    [InlineData("lb_policy: CLUSTER_PROVIDED", ".lb_policy: ClusterProvided is not supported without a load_balancing_policy")]
    [InlineData("lb_policy: MAGLEV\nmaglev_lb_config: {table_size: 100}", ".maglev_lb_config.table_size: must be a prime, not 100")]
    [InlineData(
        "lb_policy: RING_HASH\nring_hash_lb_config: {minimum_ring_size: 20, maximum_ring_size: 10}",
        ".ring_hash_lb_config: the smallest ring, 20, is above the largest, 10")]
    [InlineData(
        "lb_policy: RING_HASH\nring_hash_lb_config: {hash_function: MURMUR_HASH_2}",
        ".ring_hash_lb_config.hash_function: MURMUR_HASH_2 is not supported; XX_HASH is")]
    [InlineData(
        "load_balancing_policy: {policies: {typed_extension_config: {name: x}}}",
        ".load_balancing_policy: none of the policies is known")]
    [InlineData(
        "lb_subset_config: {fallback_policy: DEFAULT_SUBSET, subset_selectors: [{keys: [a]}]}",
        ".lb_subset_config.default_subset: fallback_policy DEFAULT_SUBSET needs it")]
    [InlineData(
        "lb_subset_config: {subset_selectors: [{keys: [a], fallback_policy: KEYS_SUBSET, fallback_keys_subset: [a]}]}",
        ".lb_subset_config.subset_selectors[0].fallback_keys_subset: fallback_policy KEYS_SUBSET needs some of keys here, but not all of them")]
    [InlineData("transport_socket: {name: tls}", ".transport_socket: 'tls' is not supported yet: connections are plaintext")]
    public void What_is_not_supported_is_an_error(string fields, string error) =>
        Assert.EndsWith($" static_resources.clusters[0]{error}", Assert.Single(Yaml.Errors(Yaml.Cluster($"{Here}\n{fields}"))));

    [Theory]
    [InlineData(
        "example.org",
        1,
        ".address: expected an IP address, found \"example.org\"; host names need type STRICT_DNS or LOGICAL_DNS")]
    [InlineData("127.0.0.1", 0, ".port_value: must be from 1 to 65535, not 0")]
    public void An_endpoint_that_cannot_be_reached_is_an_error(string host, int port, string error)
    {
        var text = Yaml.Cluster(Here.Replace("127.0.0.1", host).Replace("port_value: 1", $"port_value: {port}"));

        Assert.EndsWith(
            $" static_resources.clusters[0].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address{error}",
            Assert.Single(Yaml.Errors(text)));
    }

    [Theory]
    [InlineData("lb_policy: RANDOM", ".load_assignment: the cluster has no endpoints: requests are answered with UH")]
    [InlineData(Here + "\nmaglev_lb_config: {}", ".maglev_lb_config: ignored: lb_policy is another one")]
    [InlineData(Here + "\ndns_lookup_family: V6_ONLY", ".dns_lookup_family: not implemented yet, ignored")]
    [InlineData(
        Here + "\ncircuit_breakers: {per_host_thresholds: {priority: HIGH, max_connections: 3}}",
        ".circuit_breakers.per_host_thresholds[0]: ignored: the connections to an endpoint have no priority of their own")]
    [InlineData(
        Here + "\ncircuit_breakers: {per_host_thresholds: {max_connections: 3, max_requests: 7}}",
        ".circuit_breakers.per_host_thresholds[0]: only max_connections is there for each endpoint: the other bounds are ignored")]
    [InlineData(
        Here + "\ntyped_extension_protocol_options: {x: {'@type': a/b.C}}",
        ".typed_extension_protocol_options[x]: 'x' is not implemented, ignored")]
    public void What_has_no_effect_is_a_warning(string fields, string warning) =>
        Assert.EndsWith($" static_resources.clusters[0]{warning}", Assert.Single(Yaml.Warnings(Yaml.Cluster(fields))));

    [Fact]
    public void Circuit_breakers_have_bounds_for_each_priority_and_for_each_endpoint()
    {
        var cluster = Load(Here + """

            circuit_breakers:
              thresholds:
              - { max_connections: 1, max_pending_requests: 2, max_requests: 3, max_retries: 4, track_remaining: true }
              - { priority: HIGH, max_requests: 30, retry_budget: { budget_percent: { value: 12.5 }, min_retry_concurrency: 7 } }
              per_host_thresholds: { max_connections: 5 }
            """);

        Assert.Equal(
            new LimitsConfig { MaxConnections = 1, MaxPendingRequests = 2, MaxRequests = 3, MaxRetries = 4, TrackRemaining = true }, cluster.Limits);
        Assert.Equal(new LimitsConfig { MaxRequests = 30, RetryBudget = new(12.5, 7) }, cluster.HighLimits);
        Assert.Equal(5, cluster.MaxConnectionsPerEndpoint);
    }

    private static ClusterConfig Load(string fields) => Assert.Single(Yaml.LoadClean(Yaml.Cluster(fields)).Clusters);

    private static string Policy(string type) =>
        "load_balancing_policy: {policies: [{typed_extension_config: {name: unknown, typed_config: {'@type': a/b.C}}}, "
        + $"{{typed_extension_config: {{name: x, typed_config: {{'@type': t/envoy.extensions.load_balancing_policies.{type}}}}}}}]}}";
}
