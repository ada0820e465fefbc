using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

public class LocalRateLimitTests
{
    private const string Fields = "application_protocol: dubbo\nroute_config: {routes: {route: {cluster: c}}}\nmeta_protocol_filters:\n";

    [Fact]
    public void Aerakis_filter_is_taken_over()
    {
        var limit = Filter("""
            stat_prefix: shop
            token_bucket: { max_tokens: 100, tokens_per_fill: 10, fill_interval: 1s }
            conditions:
            - match: { metadata: [ { name: method, exact_match: sayHello } ] }
              token_bucket: { max_tokens: 2, fill_interval: 60s }
            """);

        Assert.Equal("shop", limit.StatPrefix);
        Assert.Equal(1_000_000, limit.EnforcedMillionths);
        Assert.Equal(
            [new BucketConfig(2, 1, TimeSpan.FromMinutes(1)), new BucketConfig(100, 10, TimeSpan.FromSeconds(1))],
            limit.Rules.Select(rule => rule.Bucket));
        Assert.Equal(new AttributeMatch("method", new ExactMatch("sayHello")), Assert.Single(limit.Rules[0].Match));
        Assert.Empty(limit.Rules[1].Match);
    }

    [Fact]
    public void Our_additions_are_taken_over()
    {
        var limit = Filter("""
            stat_prefix: shop
            token_bucket: { max_tokens: 1, fill_interval: 1s }
            per: { attribute: user }
            filter_enforced: { default_value: { numerator: 5, denominator: TEN_THOUSAND } }
            conditions:
            - match: {}
              token_bucket: { max_tokens: 1, fill_interval: 1s }
              per: { source_ip: true, max_buckets: 7 }
            """);

        Assert.Equal(500, limit.EnforcedMillionths);
        Assert.Equal([new PerValueConfig(null, 7), new PerValueConfig("user")], limit.Rules.Select(rule => rule.Per!));
    }

    [Fact]
    public void A_route_has_one_by_its_typed_per_filter_config()
    {
        var chain = Yaml.LoadChain("""
            application_protocol: dubbo
            route_config:
              virtual_hosts:
              - name: v
                domains: ["*"]
                typed_per_filter_config:
                  aeraki.meta_protocol.filters.local_ratelimit:
                    "@type": type.googleapis.com/aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit
                    stat_prefix: host
                    token_bucket: { max_tokens: 9, fill_interval: 1s }
                routes:
                - match: { prefix: /, headers: [ { name: method, exact_match: sayHello } ] }
                  route: { cluster: c }
                  typed_per_filter_config:
                    aeraki.meta_protocol.filters.local_ratelimit:
                      "@type": type.googleapis.com/aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit
                      stat_prefix: hello
                      token_bucket: { max_tokens: 1, fill_interval: 1s }
                - match: { prefix: / }
                  route: { cluster: c }
            """);

        Assert.Equal(["hello", "host"], chain.Routes.Routes.Select(route => route.LocalRateLimit!.StatPrefix));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        const string filter = $"{Yaml.ProtocolPath}.meta_protocol_filters[0].config";
        var text = Yaml.Protocol(Fields + Indented("""
            stat_prefix: shop
            token_bucket: { max_tokens: 0, tokens_per_fill: 0, fill_interval: 0s }
            conditions:
            - token_bucket: { max_tokens: 1 }
            - match: { metadata: [ { name: method, safe_regex_match: { regex: "(" } } ] }
            """));
        Assert.Equal(
            [
                $"{filter}.token_bucket.max_tokens: must be at least 1, not 0",
                $"{filter}.token_bucket.tokens_per_fill: must be at least 1, not 0",
                $"{filter}.token_bucket.fill_interval: must be more than 0 s, not 0 s",
                $"{filter}.conditions[0].match: 'match' is missing",
                $"{filter}.conditions[0].token_bucket.fill_interval: 'fill_interval' is missing",
            ],
            Yaml.Errors(text).Select(error => error[(error.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Take(5));
    }

    [Theory]
    [InlineData("stat_prefix: shop", "limits nothing")]
    [InlineData("stat_prefix: shop\ntoken_bucket: { max_tokens: 1, tokens_per_fill: 2, fill_interval: 1s }", "no more than max_tokens (1) fit into the bucket")]
    [InlineData("stat_prefix: shop\ntoken_bucket: { max_tokens: 1, fill_interval: 1s }\nper: { attribute: Method }", "has no attribute 'Method'")]
    public void What_makes_no_sense_is_a_warning(string filter, string warning) =>
        Assert.Contains(Yaml.Warnings(Yaml.Protocol(Fields + Indented(filter))), text => text.Contains(warning, StringComparison.Ordinal));

    [Fact]
    public void A_filter_without_its_config_is_an_error() => Assert.Contains(
        "needs a config", Assert.Single(Yaml.Errors(Yaml.Protocol(
            Fields + "- name: aeraki.meta_protocol.filters.local_ratelimit\n- name: aeraki.meta_protocol.filters.router"))), StringComparison.Ordinal);

    private static LocalRateLimitConfig Filter(string config) =>
        Assert.IsType<LocalRateLimitConfig>(Assert.Single(Yaml.LoadChain(Fields + Indented(config)).Filters).Options);

    private static string Indented(string config) =>
        "- name: aeraki.meta_protocol.filters.local_ratelimit\n  config:\n    " + config.Replace("\n", "\n    ", StringComparison.Ordinal)
        + "\n- name: aeraki.meta_protocol.filters.router";
}
