using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Tests.Push;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Config.V1;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Server;
using LbPolicy = Envoy.Config.Cluster.V3.Cluster.Types.LbPolicy;
using OutlierDetection = Meltemi.Resources.Istio.OutlierDetection;
using ProxyRoutes = Meltemi.ControlPlane.Tests.Translation.Support.ProxyRoutes;
using SimpleLB = Meltemi.Resources.Istio.LoadBalancerSettings.Types.SimpleLB;

namespace Meltemi.ControlPlane.Tests.Translation;

public sealed class ClusterTests
{
    private const string Host = "a.org";

    [Fact]
    public void A_service_has_a_cluster_for_each_port_and_subset()
    {
        var service = Given.Service(Host, with: entry => entry.Ports.Add(new ServicePort { Number = 80, Name = "tcp-x" }));

        Assert.Equal(
            ["outbound|20880|v1|a.org", "outbound|20880|v2|a.org", "outbound|20880||a.org", "outbound|80|v1|a.org", "outbound|80|v2|a.org", "outbound|80||a.org"],
            new TestMesh().Put(service, Given.Rule(Host, subsets: ["v1", "v2"])).Connect().Clusters);
    }

    [Fact]
    public void Without_a_rule_there_are_no_limits_and_Istios_defaults()
    {
        var cluster = Cluster(null);

        Assert.Equal(LbPolicy.LeastRequest, cluster.LbPolicy);
        Assert.Equal(10, cluster.ConnectTimeout.Seconds);
        Assert.Equal(uint.MaxValue, cluster.CircuitBreakers.Thresholds[0].MaxConnections);
        Assert.Equal(Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds, cluster.Type);
        Assert.NotNull(cluster.EdsClusterConfig.EdsConfig.Ads);
        Assert.Null(cluster.OutlierDetection);
        Assert.Empty(cluster.TypedExtensionProtocolOptions);
    }

    [Fact]
    public void Passthrough_leads_where_the_client_wanted_to_go()
    {
        var rule = Given.Rule(Host, subsets: ["v1"], with: rule =>
        {
            rule.TrafficPolicy = new() { LoadBalancer = Simple(SimpleLB.Passthrough), OutlierDetection = new() { Consecutive5XxErrors = 3 } };
            rule.Subsets[0].TrafficPolicy = new() { LoadBalancer = Simple(SimpleLB.Random) };
        });
        var (whole, subset) = (Cluster(rule), Cluster(rule, "v1"));

        Assert.Equal((Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.OriginalDst, LbPolicy.ClusterProvided), (whole.Type, whole.LbPolicy));
        Assert.Null(whole.EdsClusterConfig);
        Assert.Equal((Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds, LbPolicy.Random), (subset.Type, subset.LbPolicy));

        var problems = new ProblemList();
        var taken = ClusterTranslator.Translate(whole, new TranslationContext(problems, ProxyRoutes.Codecs) { IsDynamic = true }, "cluster")!;
        Assert.Equal(DiscoveryType.OriginalDestination, taken.Discovery);
        Assert.Empty(problems.ToSorted());
    }

    [Fact]
    public void Each_group_of_a_policy_comes_from_the_nearest_that_has_it()
    {
        var rule = Given.Rule(Host, subsets: ["v1"], with: rule =>
        {
            rule.TrafficPolicy = new()
            {
                LoadBalancer = Simple(SimpleLB.Random),
                ConnectionPool = new() { Tcp = new() { MaxConnections = 7 } },
                OutlierDetection = new() { Consecutive5XxErrors = 3 },
                PortLevelSettings = { new TrafficPolicy.Types.PortTrafficPolicy { Port = new() { Number = 20880 }, LoadBalancer = Simple(SimpleLB.RoundRobin) } },
            };
            rule.Subsets[0].TrafficPolicy = new() { ConnectionPool = new() { Http = new() { Http2MaxRequests = 9 } } };
        });

        var (whole, subset) = (Cluster(rule), Cluster(rule, "v1"));

        Assert.Equal((LbPolicy.RoundRobin, 7u, 3u), (whole.LbPolicy, whole.CircuitBreakers.Thresholds[0].MaxConnections!.Value, whole.OutlierDetection.Consecutive5Xx!.Value));
        Assert.Equal((LbPolicy.RoundRobin, uint.MaxValue, 3u), (subset.LbPolicy, subset.CircuitBreakers.Thresholds[0].MaxConnections!.Value, subset.OutlierDetection.Consecutive5Xx!.Value));
        Assert.Equal(9u, subset.CircuitBreakers.Thresholds[0].MaxRequests);
    }

    [Fact]
    public void A_budget_for_retries_stands_beside_the_fixed_limit()
    {
        var budget = Cluster(Policy(policy => policy.RetryBudget = new() { Percent = 25, MinRetryConcurrency = 5 })).CircuitBreakers.Thresholds[0].RetryBudget;
        var defaults = Cluster(Policy(policy => policy.RetryBudget = new())).CircuitBreakers.Thresholds[0].RetryBudget;

        Assert.Equal((25.0, 5u), (budget.BudgetPercent.Value, budget.MinRetryConcurrency!.Value));
        Assert.Equal((null, null), (defaults.BudgetPercent, defaults.MinRetryConcurrency));
        Assert.Null(Cluster(Policy(policy => policy.ConnectionPool = new())).CircuitBreakers.Thresholds[0].RetryBudget);
    }

    [Fact]
    public void Annotations_say_what_a_rule_has_no_words_for_and_the_words_stand_for_who_does_not_know_them()
    {
        var annotated = Annotated(Policy(policy => policy.LoadBalancer = Simple(SimpleLB.LeastRequest)));
        var cluster = Cluster(annotated);
        Assert.Equal(LbPolicy.LeastRequest, cluster.LbPolicy);
        Assert.Equal(
            ["envoy.load_balancing_policies.peak_ewma", "envoy.load_balancing_policies.least_request"],
            cluster.LoadBalancingPolicy.Policies.Select(policy => policy.TypedExtensionConfig.Name));
        Assert.Null(cluster.CommonLbConfig);
        Assert.Null(Cluster(Annotated(Policy(policy => policy.LoadBalancer = Simple(SimpleLB.Random)))).LoadBalancingPolicy);

        var hashing = Cluster(Annotated(Policy(policy => policy.LoadBalancer = new() { ConsistentHash = new() { HttpHeaderName = "user" } })));
        Assert.Equal(150u, hashing.CommonLbConfig.ConsistentHashingLbConfig.HashBalanceFactor);
        Assert.Null(hashing.LoadBalancingPolicy);
        Assert.Empty(BalancerAnnotations.Complaints(annotated));
        Assert.Equal(
            ["metadata.annotations[balancing.meltemi.org/algorithm]", "metadata.annotations[balancing.meltemi.org/hash-balance-factor]"],
            BalancerAnnotations.Complaints(Annotated(annotated, "FASTEST", "99")).Select(complaint => complaint.Field));
    }

    [Fact]
    public void Shares_by_place_make_the_places_weights_count()
    {
        var distribute = new LocalityLoadBalancerSetting.Types.Distribute { From = "*", To = { ["r1/*"] = 100 } };
        var rule = Policy(policy => policy.LoadBalancer = new() { LocalityLbSetting = new() { Distribute = { distribute } } });
        Assert.NotNull(Cluster(rule).CommonLbConfig.LocalityWeightedLbConfig);
        var policies = Cluster(Annotated(rule)).LoadBalancingPolicy.Policies;
        Assert.Equal("envoy.load_balancing_policies.wrr_locality", Assert.Single(policies).TypedExtensionConfig.Name);
    }

    private static Resource Annotated(Resource rule, string algorithm = "PEAK_EWMA", string factor = "150") => rule with
    {
        Meta = rule.Meta with
        {
            Annotations = rule.Meta.Annotations
                .SetItem("balancing.meltemi.org/algorithm", algorithm).SetItem("balancing.meltemi.org/hash-balance-factor", factor),
        },
    };

    [Fact]
    public void Hashing_is_by_ring_or_by_maglev()
    {
        var ring = Cluster(Policy(policy => policy.LoadBalancer = new() { ConsistentHash = new() { HttpHeaderName = "user" } }));
        var maglev = Cluster(Policy(policy => policy.LoadBalancer = new() { ConsistentHash = new() { HttpHeaderName = "user", Maglev = new() { TableSize = 1009 } } }));

        Assert.Equal((LbPolicy.RingHash, 1024ul), (ring.LbPolicy, ring.RingHashLbConfig.MinimumRingSize!.Value));
        Assert.Equal((LbPolicy.Maglev, 1009ul), (maglev.LbPolicy, maglev.MaglevLbConfig.TableSize!.Value));
    }

    [Fact]
    public void Outliers_are_judged_by_failures_in_a_row()
    {
        var outliers = Cluster(Policy(policy => policy.OutlierDetection = new OutlierDetection
        {
            Consecutive5XxErrors = 0,
            ConsecutiveGatewayErrors = 4,
            Interval = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
            MaxEjectionPercent = 50,
        })).OutlierDetection;

        Assert.Equal((0u, 0u, 4u, 100u), (outliers.Consecutive5Xx!.Value, outliers.EnforcingConsecutive5Xx!.Value, outliers.ConsecutiveGatewayFailure!.Value, outliers.EnforcingConsecutiveGatewayFailure!.Value));
        Assert.Equal((0u, 50u, 5L), (outliers.EnforcingSuccessRate!.Value, outliers.MaxEjectionPercent!.Value, outliers.Interval.Seconds));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(40, 25, false)]
    public void Panic_is_off_unless_a_least_health_is_given_and_one_may_be_out_unless_a_percentage_is(int health, int ejected, bool always)
    {
        var cluster = Cluster(Policy(policy => policy.OutlierDetection = new OutlierDetection { MinHealthPercent = health, MaxEjectionPercent = ejected }));

        Assert.Equal((health, always), (cluster.CommonLbConfig.HealthyPanicThreshold.Value, cluster.OutlierDetection.AlwaysEjectOneHost ?? false));
        Assert.Null(Cluster(null).CommonLbConfig);
    }

    [Fact]
    public void Warming_up_is_slow_start_of_the_balancers_that_have_it()
    {
        var warmup = new WarmupConfiguration { Duration = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)), MinimumPercent = 20, Aggression = 2 };
        var least = Cluster(Policy(policy => policy.LoadBalancer = new() { Warmup = warmup })).LeastRequestLbConfig.SlowStartConfig;
        Assert.Equal((60L, 20d, 2d), (least.SlowStartWindow.Seconds, least.MinWeightPercent.Value, least.Aggression.DefaultValue));

        var old = new LoadBalancerSettings { Simple = SimpleLB.RoundRobin, WarmupDurationSecs = Duration.FromTimeSpan(TimeSpan.FromSeconds(30)) };
        Assert.Equal(30, Cluster(Policy(policy => policy.LoadBalancer = old)).RoundRobinLbConfig.SlowStartConfig.SlowStartWindow.Seconds);
    }

    [Fact]
    public void Connections_have_a_longest_life_and_a_most_of_requests()
    {
        var cluster = Cluster(Policy(policy => policy.ConnectionPool = new()
        {
            Tcp = new() { MaxConnectionDuration = Duration.FromTimeSpan(TimeSpan.FromMinutes(10)) },
            Http = new() { MaxRequestsPerConnection = 1000 },
        }));

        Assert.Equal(1000u, cluster.MaxRequestsPerConnection);
        Assert.Equal(600, cluster.TypedExtensionProtocolOptions["meltemi.upstream"].Unpack<UpstreamOptions>().MaxConnectionDuration.Seconds);
    }

    [Fact]
    public void What_xds_has_no_field_for_goes_into_our_own_options()
    {
        var protocol = Given.Of(ResourceKinds.ApplicationProtocol, "", "trpc",
            new ApplicationProtocol { Protocol = "trpc", Codec = "trpc", PoolMode = ApplicationProtocol.Types.PoolMode.OneAtATime });
        var rule = Policy(policy => policy.ConnectionPool = new() { Tcp = new() { IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) } });
        var proxy = new TestMesh().Put(Given.Service(Host, port: "tcp-metaprotocol-trpc"), rule, protocol).Connect();

        var options = Get(proxy, "").TypedExtensionProtocolOptions["meltemi.upstream"].Unpack<UpstreamOptions>();

        Assert.Equal((60L, UpstreamOptions.Types.PoolMode.OneAtATime), (options.IdleTimeout.Seconds, options.PoolMode));
    }

    [Theory]
    [InlineData(ServiceEntry.Types.Resolution.Dns, Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.StrictDns, 2)]
    [InlineData(ServiceEntry.Types.Resolution.DnsRoundRobin, Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.LogicalDns, 1)]
    public void Names_are_looked_up_by_the_proxy(ServiceEntry.Types.Resolution resolution, Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType type, int endpoints)
    {
        var proxy = new TestMesh().Put(Given.Service(Host, endpoints: ["x.a.org", "y.a.org"], with: entry => entry.Resolution = resolution)).Connect();

        Assert.Equal(type, Get(proxy, "").Type);
        Assert.Equal(endpoints, Get(proxy, "").LoadAssignment.Endpoints[0].LbEndpoints.Count);
        Assert.Empty(proxy.Names(XdsTypes.Endpoints));
    }

    [Fact]
    public void The_rule_of_the_clients_namespace_is_before_that_of_the_service_and_that_of_the_root()
    {
        var mesh = new TestMesh(new() { VirtualAddresses = "127.240.0.0/16", RootNamespace = "root" }).Put(Given.Service(Host), Balanced("root", SimpleLB.Random, "*.org"));
        var (shop, bank) = (mesh.Connect("shop"), mesh.Connect("bank"));
        Assert.Equal(LbPolicy.Random, Get(bank, "").LbPolicy);

        mesh.Put(Balanced("shop", SimpleLB.RoundRobin));
        Assert.Equal(LbPolicy.RoundRobin, Get(bank, "").LbPolicy);

        mesh.Put(Balanced("bank", SimpleLB.LeastRequest));
        Assert.Equal((LbPolicy.LeastRequest, LbPolicy.RoundRobin), (Get(bank, "").LbPolicy, Get(shop, "").LbPolicy));
    }

    private static Resource Balanced(string ns, SimpleLB balancer, string host = Host) => Given.Rule(host, ns, with: rule => rule.TrafficPolicy = new() { LoadBalancer = Simple(balancer) });

    private static LoadBalancerSettings Simple(SimpleLB balancer) => new() { Simple = balancer };

    private static Resource Policy(Action<TrafficPolicy> with) => Given.Rule(Host, with: rule => with(rule.TrafficPolicy = new()));

    private static Cluster Cluster(Resource? rule, string subset = "")
    {
        var mesh = new TestMesh().Put(Given.Service(Host));
        if (rule is not null) mesh.Put(rule);
        return Get(mesh.Connect(), subset);
    }

    private static Cluster Get(TestProxy proxy, string subset) => proxy.Get<Cluster>(XdsTypes.Cluster, $"outbound|20880|{subset}|{Host}");
}
