using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

/// <summary>Faults of routes, virtual hosts and listeners.</summary>
public class FaultTests
{
    private const string Any = "'@type': type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";

    [Fact]
    public void A_fault_of_a_route_has_all_its_parts()
    {
        var fault = Fault($$"""
            {{Any}}
            delay: { fixed_delay: 1.5s, percentage: { numerator: 5, denominator: TEN_THOUSAND } }
            abort: { http_status: 503, percentage: { numerator: 10 } }
            response_rate_limit: { fixed_limit: { limit_kbps: 2 }, percentage: { numerator: 1, denominator: MILLION } }
            upstream_cluster: c
            headers: { name: user, exact_match: test }
            downstream_nodes: [a.1, b]
            max_active_faults: 7
            """)!;

        Assert.Equal(new FaultDelayConfig(FaultDelayKind.Fixed, TimeSpan.FromSeconds(1.5), new(5, 10_000)), fault.Delay);
        Assert.Equal(new FaultAbortConfig(ReplyReason.NoHealthyEndpoint, new(10, 100)), fault.Abort);
        Assert.Equal(new FaultRateConfig(2048, new(1, 1_000_000)), fault.ResponseRate);
        Assert.Equal(
            [new("user", new ExactMatch("test")), new("x-envoy-downstream-service-node", new RegexMatch(@"a\.1|b"))],
            fault.Match.AsEnumerable());
        Assert.Equal(("c", 7), (fault.Cluster, fault.MaxActive));
    }

    [Theory]
    [InlineData("delay: { header_delay: {}, percentage: { numerator: 5 } }", FaultDelayKind.Asked, 5)]
    [InlineData("delay: { exponential_delay: 1s, percentage: { numerator: 5 } }", FaultDelayKind.Exponential, 5)]
    [InlineData("delay: { fixed_delay: 1s }", FaultDelayKind.Fixed, 0)]
    public void A_delay_is_one_of_three_kinds_and_without_a_percentage_for_nobody(string fields, FaultDelayKind kind, uint numerator)
    {
        var delay = Fault($"{Any}\n{fields}")!.Delay!;

        Assert.Equal((kind, numerator), (delay.Kind, delay.Share.Numerator));
    }

    [Theory]
    [InlineData("http_status: 404", ReplyReason.NoRoute)]
    [InlineData("http_status: 429", ReplyReason.RateLimited)]
    [InlineData("http_status: 418", ReplyReason.Fault)]
    [InlineData("grpc_status: 4", ReplyReason.Timeout)]
    [InlineData("grpc_status: 2", ReplyReason.Fault)]
    [InlineData("header_abort: {}", null)]
    public void The_code_of_an_abort_chooses_the_kind_of_error(string field, ReplyReason? kind) =>
        Assert.Equal(kind, Fault($"{Any}\nabort: {{ {field}, percentage: {{ numerator: 100 }} }}")!.Abort!.Error);

    [Fact]
    public void A_route_s_fault_counts_more_than_its_virtual_host_s_and_that_more_than_the_listener_s()
    {
        var chain = Yaml.LoadChain($$"""
            application_protocol: dubbo
            meta_protocol_filters:
            - name: meltemi.filters.fault
              config: { {{Any}}, abort: { http_status: 500, percentage: { numerator: 1 } } }
            - name: aeraki.meta_protocol.filters.router
            route_config:
              virtual_hosts:
                domains: ["*"]
                typed_per_filter_config:
                  envoy.filters.http.fault: { {{Any}}, abort: { http_status: 500, percentage: { numerator: 2 } } }
                routes:
                - match: { prefix: /, headers: { name: method, exact_match: m } }
                  route: { cluster: c }
                  typed_per_filter_config:
                    envoy.filters.http.fault:
                      '@type': type.googleapis.com/envoy.config.route.v3.FilterConfig
                      config: { {{Any}}, abort: { http_status: 500, percentage: { numerator: 3 } } }
                - match: { prefix: / }
                  route: { cluster: c }
            """);

        Assert.Equal(1u, chain.Fault!.Abort!.Share.Numerator);
        Assert.Equal([3u, 2u], chain.Routes.Routes.Select(route => route.Fault!.Abort!.Share.Numerator));
    }

    [Fact]
    public void What_no_filter_knows_is_said_to_be_ignored()
    {
        var warning = Assert.Single(Yaml.Warnings(Route("'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")));

        Assert.Contains("routes[0].typed_per_filter_config[f]: ignored: routes have nothing to say to 'f'", warning, StringComparison.Ordinal);
    }

    private static FaultConfig? Fault(string fields) =>
        Yaml.LoadChain(Text(fields)).Routes.Routes[0].Fault;

    private static string Route(string fields) => Yaml.Protocol(Text(fields));

    private static string Text(string fields) => $$"""
        application_protocol: dubbo
        route_config:
          virtual_hosts:
            domains: ["*"]
            routes:
              match: { prefix: / }
              route: { cluster: c }
              typed_per_filter_config:
                f:
        {{string.Join('\n', fields.Split('\n').Select(line => "          " + line))}}
        """;
}
