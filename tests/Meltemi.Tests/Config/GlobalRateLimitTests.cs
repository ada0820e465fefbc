using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

public class GlobalRateLimitTests
{
    private const string Fields = "application_protocol: dubbo\nroute_config: {routes: {route: {cluster: c}}}\nmeta_protocol_filters:\n";

    [Fact]
    public void Aerakis_filter_is_taken_over()
    {
        var limit = Filter("""
            match: { metadata: [ { name: method, exact_match: sayHello } ] }
            domain: shop
            timeout: 0.1s
            failure_mode_deny: true
            rate_limit_service: { grpc_service: { envoy_grpc: { cluster_name: c } } }
            descriptors:
            - { property: method, descriptor_key: m }
            - { property: interface, descriptor_key: i }
            """);

        Assert.Equal(("shop", TimeSpan.FromMilliseconds(100), true, 1u), (limit.Domain, limit.Timeout, limit.FailureModeDeny, limit.HitsAddend));
        Assert.Equal(new RateLimitServerConfig("c", null), limit.Server);
        Assert.Equal(new AttributeMatch("method", new ExactMatch("sayHello")), Assert.Single(limit.Match));
        Assert.Equal(
            [new DescriptorEntryConfig("m", "method"), new DescriptorEntryConfig("i", "interface")], limit.Descriptors.Select(entries => Assert.Single(entries)));
    }

    [Fact]
    public void What_is_left_out_is_as_in_Envoy()
    {
        var limit = Filter("""
            domain: shop
            rate_limit_service: { grpc_service: { google_grpc: { target_uri: "limits:8081" } } }
            descriptors: [ { property: method, descriptor_key: m } ]
            """);

        Assert.Equal((TimeSpan.FromMilliseconds(20), false), (limit.Timeout, limit.FailureModeDeny));
        Assert.Equal("limits:8081", limit.Server.Name);
        Assert.Empty(limit.Match);
    }

    [Fact]
    public void Our_additions_are_taken_over()
    {
        var limit = Filter("""
            domain: shop
            hits_addend: 3
            rate_limit_service: { grpc_service: { google_grpc: { target_uri: "dns:///limits:8081" } } }
            combined_descriptors:
            - entries: [ { descriptor_key: m, property: method }, { descriptor_key: tier, value: gold } ]
            """);

        Assert.Equal(3u, limit.HitsAddend);
        Assert.Equal("m=method tier=gold", string.Join(' ', Assert.Single(limit.Descriptors).Select(entry => $"{entry.Key}={entry.Attribute ?? entry.Value}")));
        Assert.Equal(new Uri("http://limits:8081"), limit.Server.Address);
    }

    [Theory]
    [InlineData("domain: shop\nrate_limit_service: {grpc_service: {envoy_grpc: {cluster_name: c}}}", "descriptors: one of descriptors, combined_descriptors is needed")]
    [InlineData("rate_limit_service: {grpc_service: {envoy_grpc: {cluster_name: c}}}\ndescriptors: [{property: a, descriptor_key: a}]", "domain: 'domain' is missing")]
    [InlineData("domain: d\ndescriptors: [{property: a, descriptor_key: a}]", "rate_limit_service: 'rate_limit_service' is missing")]
    [InlineData("domain: d\nrate_limit_service: {grpc_service: {google_grpc: {target_uri: ':'}}}\ndescriptors: [{property: a, descriptor_key: a}]", "expected an address such as limits:8081, found ':'")]
    [InlineData("domain: d\nrate_limit_service: {grpc_service: {google_grpc: {target_uri: 'a:1', channel_credentials: {ssl_credentials: {}}}}}\ndescriptors: [{property: a, descriptor_key: a}]", "TLS is not supported yet")]
    public void Mistakes_are_named(string filter, string error) =>
        Assert.Contains(Yaml.Errors(Yaml.Protocol(Fields + Indented(filter))), text => text.Contains(error, StringComparison.Ordinal));

    [Theory]
    [InlineData("false", "there is no cluster 'd': requests are not limited")]
    [InlineData("true", "there is no cluster 'd': requests are refused with RLSE")]
    public void A_cluster_that_is_not_there_is_a_warning(string deny, string warning)
    {
        var filter = $"domain: d\nfailure_mode_deny: {deny}\nrate_limit_service: {{grpc_service: {{envoy_grpc: {{cluster_name: d}}}}}}\ndescriptors: [{{property: method, descriptor_key: a}}]";
        Assert.Contains(Yaml.Warnings(Yaml.Protocol(Fields + Indented(filter))), text => text.Contains(warning, StringComparison.Ordinal));
    }

    private static GlobalRateLimitConfig Filter(string config) =>
        Assert.IsType<GlobalRateLimitConfig>(Assert.Single(Yaml.LoadChain(Fields + Indented(config)).Filters).Options);

    private static string Indented(string config) =>
        "- name: aeraki.meta_protocol.filters.ratelimit\n  config:\n    " + config.Replace("\n", "\n    ", StringComparison.Ordinal)
        + "\n- name: aeraki.meta_protocol.filters.router";
}
