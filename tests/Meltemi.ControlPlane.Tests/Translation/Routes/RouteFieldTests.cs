using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Proxy.Config;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>Each field of a route as xDS has it.</summary>
public class RouteFieldTests
{
    private static readonly CodecInfo Dubbo = ProxyRoutes.Codecs.Find("dubbo")!.Create(new CodecOptions()).Info;

    [Fact]
    public void A_bare_route_is_a_prefix_and_a_cluster()
    {
        var route = Route("name: to-v1").OnlyRoute();

        Assert.Equal($$"""{ "match": { "prefix": "/" }, "route": { "cluster": "{{V1}}" }, "name": "to-v1" }""", route.ToString());
        Assert.Equal("*", Assert.Single(Route("name: to-v1").Translate().Message.VirtualHosts[0].Domains));
    }

    [Fact]
    public void The_timeout_is_the_route_s()
    {
        Assert.Equal(TimeSpan.FromSeconds(1.5), Route("timeout: 1.5s").OnlyRoute().Route_.Timeout.ToTimeSpan());
        Assert.Equal(TimeSpan.FromSeconds(1.5), Route("timeout: 1.5s").Proxy().Match()!.Config.Timeout);
        Assert.Equal(TimeSpan.Zero, Route("timeout: 0s").Proxy().Match()!.Config.Timeout);
        Assert.Null(Route("name: x").Proxy().Match()!.Config.Timeout);
    }

    [Fact]
    public void Retries_are_a_policy()
    {
        var policy = Route("retries: { attempts: 3, perTryTimeout: 2s, retryOn: 'reset,503', backoff: 10ms }").OnlyRoute().Route_.RetryPolicy;

        Assert.Equal(3u, policy.NumRetries);
        Assert.Equal(TimeSpan.FromSeconds(2), policy.PerTryTimeout.ToTimeSpan());
        Assert.Equal("reset,retriable-status-codes", policy.RetryOn);
        Assert.Equal([503u], policy.RetriableStatusCodes);
        Assert.Equal((10, 100), (policy.RetryBackOff.BaseInterval.ToTimeSpan().Milliseconds, policy.RetryBackOff.MaxInterval.ToTimeSpan().Milliseconds));
        Assert.Equal("envoy.retry_host_predicates.previous_hosts", Assert.Single(policy.RetryHostPredicate).Name);
    }

    [Fact]
    public void Retries_without_conditions_only_repeat_what_no_server_has_seen()
    {
        var policy = Route("retries: { attempts: 1, retryIgnorePreviousHosts: false }").OnlyRoute().Route_.RetryPolicy;

        Assert.Equal("connect-failure,refused-stream", policy.RetryOn);
        Assert.Empty(policy.RetryHostPredicate);
    }

    [Fact]
    public void Routes_that_say_nothing_are_tried_again_where_nothing_was_sent_unless_they_say_so()
    {
        var policy = Sent("name: x", Dubbo).VirtualHosts[0].RetryPolicy;
        Assert.Equal((2u, "connect-failure", 5), (policy.NumRetries, policy.RetryOn, policy.HostSelectionRetryMaxAttempts));
        Assert.Null(Sent("name: x", new CodecInfo { Name = "bound", PoolMode = PoolMode.Bound }).VirtualHosts[0].RetryPolicy);
        Assert.Null(Sent("name: x", null).VirtualHosts[0].RetryPolicy);

        var retry = new ProxyRoutes(Sent("name: x", Dubbo)).Match()!.Config.Retry!;
        Assert.Equal((2, 5, "connect-failure"), (retry.MaxRetries, retry.HostAttempts, Assert.Single(retry.On)));
        Assert.Null(new ProxyRoutes(Sent("retries: { attempts: 0 }", Dubbo)).Match()!.Config.Retry);
        Assert.Equal("reset", Assert.Single(new ProxyRoutes(Sent("retries: { attempts: 1, retryOn: reset }", Dubbo)).Match()!.Config.Retry!.On));

        static RouteConfiguration Sent(string fields, CodecInfo? codec)
        {
            var mesh = Route(fields);
            var service = mesh.FindService(Host);
            return MetaRoutes.Translate(service, service.Ports[0], LabelSet.Empty, mesh.View(), codec).Message;
        }
    }

    [Fact]
    public void Faults_are_the_fault_filter_s()
    {
        var route = Route("fault: { delay: { percentage: { value: 0.1 }, fixedDelay: 5s }, abort: { percentage: { value: 100 }, httpStatus: 503 } }").OnlyRoute();

        var fault = route.TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<HTTPFault>();
        Assert.Equal((1000u, 5), (fault.Delay.Percentage.Numerator, fault.Delay.FixedDelay.Seconds));
        Assert.Equal((1_000_000u, 503u), (fault.Abort.Percentage.Numerator, fault.Abort.HttpStatus));
    }

    [Fact]
    public void Faults_reach_the_proxy_s_own_configuration()
    {
        var route = Route("fault: { delay: { percentage: { value: 2.5 }, exponentialDelay: 2s }, abort: { percentage: { value: 100 }, grpcStatus: UNAVAILABLE } }");

        var fault = route.Proxy().Match()!.Config.Fault!;
        Assert.Equal(new FaultDelayConfig(FaultDelayKind.Exponential, TimeSpan.FromSeconds(2), new(25_000, 1_000_000)), fault.Delay);
        Assert.Equal(new FaultAbortConfig(ReplyReason.NoHealthyEndpoint, new(1_000_000, 1_000_000)), fault.Abort);
        Assert.Empty(route.Analyze());
    }

    [Theory]
    [InlineData("UNAVAILABLE", 14)]
    [InlineData("unavailable", 14)]
    [InlineData("14", 14)]
    public void A_status_of_gRPC_is_a_name_or_a_number(string status, uint code)
    {
        var route = BrokenRoute($"fault: {{ abort: {{ percentage: {{ value: 1 }}, grpcStatus: '{status}' }} }}").OnlyRoute();

        Assert.Equal(code, route.TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<HTTPFault>().Abort.GrpcStatus);
    }

    [Fact]
    public void A_fault_without_a_percentage_is_for_no_request_as_Istio_documents()
    {
        var mesh = Route("fault: { delay: { fixedDelay: 5s } }");

        Assert.Equal(0u, mesh.OnlyRoute().TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<HTTPFault>().Delay.Percentage.Numerator);
        Assert.Contains("Warning spec.routes[0].fault.delay: no request is delayed: give a percentage above 0", mesh.Messages);
    }

    [Fact]
    public void Mirrors_old_and_new_are_one_list()
    {
        var policies = BrokenRoute($$"""
            mirror: { host: {{Host}}, subset: v2 }
            mirrors:
            - { destination: { host: {{Host}} }, percentage: { value: 12.5 } }
            - { destination: { host: nobody.org } }
            """).OnlyRoute().Route_.RequestMirrorPolicies;

        Assert.Equal([V2, Whole], policies.Select(policy => policy.Cluster));
        Assert.Null(policies[0].RuntimeFraction);
        Assert.Equal(125_000u, policies[1].RuntimeFraction.DefaultValue.Numerator);
    }

    [Fact]
    public void Mirrors_reach_the_proxy_s_own_configuration()
    {
        var route = Route($"mirrors: [{{ destination: {{ host: {Host} }}, percentage: {{ value: 0.5 }} }}]");

        Assert.Equal(new MirrorConfig(Whole, new(5_000, 1_000_000)), Assert.Single(route.Proxy().Match()!.Config.Mirrors));
        Assert.Empty(route.Analyze());
    }

    [Fact]
    public void Changes_that_the_protocol_cannot_carry_are_left_out_and_the_status_says_so()
    {
        var bolt = ProxyRoutes.Codecs.Find("bolt")!.Create(new CodecOptions()).Info;
        var mesh = Route("""
            requestMutation: [{ key: method, value: other }, { key: tenant, value: a }]
            removeRequestMutation: [kind]
            responseMutation: [{ key: status, value: "0" }]
            """);
        var service = mesh.FindService(Host);
        var sent = MetaRoutes.Translate(service, service.Ports[0], LabelSet.Empty, mesh.View(), bolt).Message;

        Assert.Equal("tenant", Assert.Single(new ProxyRoutes(sent, "bolt").Match()!.Config.RequestMutations).Key);
        Assert.Contains("spec.routes[0].requestMutation[0].key: 'method' of requests of the protocol 'bolt' cannot be changed; the change is left out", string.Join('\n', mesh.Messages));
        Assert.Contains("spec.routes[0].removeRequestMutation[0]: 'kind' of requests", string.Join('\n', mesh.Messages));
        Assert.Contains("spec.routes[0].responseMutation[0].key: 'status' of answers", string.Join('\n', mesh.Messages));
    }

    [Fact]
    public void Changes_set_and_remove()
    {
        var route = Route("""
            requestMutation: [{ key: tenant, value: a }]
            responseMutation: [{ key: served-by, value: mesh }]
            removeRequestMutation: [debug]
            removeResponseMutation: [trace]
            """).Proxy().Match()!.Config;

        Assert.Equal(["Remove debug ", "Set tenant a"], route.RequestMutations.Select(change => $"{change.Kind} {change.Key} {change.Value}"));
        Assert.Equal(["Remove trace ", "Set served-by mesh"], route.ResponseMutations.Select(change => $"{change.Kind} {change.Key} {change.Value}"));
    }

    [Fact]
    public void The_route_s_hash_policy_takes_the_place_of_the_DestinationRule_s()
    {
        var policies = Route("hashPolicy: [{ attribute: user, terminal: true }, { useSourceIp: true }]").Proxy().Match()!.Config.HashPolicies;

        Assert.Equal([("user", true), (null, false)], policies.Select(policy => (policy.Attribute, policy.Terminal)));
    }

    [Fact]
    public void Values_may_be_templates_and_what_is_none_is_taken_as_it_is()
    {
        var mesh = Route("""
            requestMutation: [{ key: caller, value: '%DOWNSTREAM_REMOTE_ADDRESS%' }, { key: discount, value: '50% off' }]
            responseMutation: [{ key: time, value: '%START_TIME(%Q)%' }]
            """);

        var config = mesh.Proxy().Match()!.Config;
        Assert.Equal(["%DOWNSTREAM_REMOTE_ADDRESS%", "50%% off"], config.RequestMutations.Select(change => change.Value));
        Assert.Equal("%%START_TIME(%%Q)%%", Assert.Single(config.ResponseMutations).Value);
        Assert.Contains(
            "Warning spec.routes[0].requestMutation[1].value: taken as it is, percent signs and all: position 3: the command does not end with '%' "
                + "(a percent sign is written '%%')",
            mesh.Messages);
    }

    [Fact]
    public void Weights_may_share_by_the_hash()
    {
        var destinations = $"route: [{{ destination: {{ host: {Host}, subset: v1 }}, weight: 90 }}, {{ destination: {{ host: {Host}, subset: v2 }}, weight: 10 }}]";
        var split = Mesh($"routes: [{{ splitByHash: true, hashPolicy: [{{ attribute: user }}], {destinations} }}]");
        Assert.True(split.OnlyRoute().Route_.WeightedClusters.UseHashPolicy);
        Assert.True(split.Proxy().Match()!.Config.SplitsByHash);
        Assert.Empty(split.Analyze());

        var unsaid = Mesh($"routes: [{{ splitByHash: true, {destinations} }}]");
        Assert.Contains("Warning spec.routes[0].splitByHash: no effect: neither a hashPolicy nor a DestinationRule says what the hash is made of", unsaid.Analyze());
        Assert.Contains("Warning spec.routes[0].splitByHash: no effect: there is one destination", Route("splitByHash: true").Analyze());
    }

    [Theory]
    [InlineData("trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: user } } }", "user")]
    [InlineData("trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } }", null)]
    public void A_subset_without_a_policy_of_its_own_is_hashed_as_the_service_is(string policy, string? attribute)
    {
        var mesh = new TestMesh($$"""
            {{DemoService.Service.Split("\n---")[0]}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: hashed }
            spec:
              host: {{Host}}
              {{policy}}
              subsets: [{ name: v1, labels: { version: v1 } }]
            ---
            {{Router($"routes: [{{ route: [{{ destination: {{ host: {Host}, subset: v1 }} }}] }}]")}}
            """);

        Assert.Equal(attribute, Assert.Single(mesh.Proxy().Match()!.Config.HashPolicies).Attribute);
    }

    [Fact]
    public void Weighted_destinations_with_one_key_are_hashed_by_it_once()
    {
        var mesh = new TestMesh($$"""
            {{DemoService.Service.Split("\n---")[0]}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: hashed }
            spec:
              host: {{Host}}
              trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: user } } }
              subsets:
              - { name: v1, labels: { version: v1 } }
              - name: v2
                labels: { version: v2 }
                trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: tenant } } }
              - { name: v3, labels: { version: v3 } }
            ---
            {{Router($$"""
            routes:
            - route:
              - { destination: { host: {{Host}}, subset: v1 }, weight: 50 }
              - { destination: { host: {{Host}}, subset: v2 }, weight: 25 }
              - { destination: { host: {{Host}}, subset: v3 }, weight: 25 }
            """)}}
            """);

        Assert.Equal(["user", "tenant"], mesh.Proxy().Match()!.Config.HashPolicies.Select(policy => policy.Attribute!));
    }
}
