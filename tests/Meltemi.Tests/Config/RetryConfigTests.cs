using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

/// <summary>Retries and hedging as Envoy's routes say them.</summary>
public class RetryConfigTests
{
    private const string Table = Yaml.ProtocolPath + ".route_config.virtual_hosts[0]";

    [Fact]
    public void A_policy_has_conditions_counts_times_and_what_is_avoided()
    {
        var retry = Load("""
            retry_policy:
              retry_on: connect-failure, refused-stream,retriable-status-codes,retriable-headers
              num_retries: 3
              per_try_timeout: 0.25s
              retry_back_off: {base_interval: 0.01s}
              retriable_status_codes: [80, 90]
              retriable_headers: {name: error, exact_match: again}
              retry_host_predicate: {name: envoy.retry_host_predicates.previous_hosts}
              host_selection_retry_max_attempts: 5
            """)!;

        Assert.Equal(["connect-failure", "refused-stream", "retriable-status-codes", "retriable-headers"], retry.On.AsEnumerable());
        Assert.Equal((3, 5), (retry.MaxRetries, retry.HostAttempts));
        Assert.Equal([250, 10, 100], new[] { retry.PerTryTimeout, retry.BackOffBase, retry.BackOffMax }.Select(time => time.TotalMilliseconds));
        Assert.Equal([80, 90], retry.Codes.AsEnumerable());
        Assert.Equal(new AttributeMatch("error", new ExactMatch("again")), Assert.Single(retry.Attributes));
        Assert.Equal((64 * 1024, 1, false), (retry.BufferLimitBytes, retry.InitialRequests, retry.HedgeOnPerTryTimeout));
    }

    [Fact]
    public void What_is_not_said_is_as_with_Envoy()
    {
        var retry = Load("retry_policy: {retry_on: 5xx}")!;
        Assert.Equal((1, 0), (retry.MaxRetries, retry.HostAttempts));
        Assert.Equal([0, 25, 250], new[] { retry.PerTryTimeout, retry.BackOffBase, retry.BackOffMax }.Select(time => time.TotalMilliseconds));
        Assert.Null(Load("retry_policy: {retry_on: 5xx, num_retries: 0}"));
        Assert.Null(Load("timeout: 1s"));
    }

    [Theory]
    [InlineData("{name: envoy.retry_priorities.previous_priorities}", 1)]
    [InlineData("{name: envoy.retry_priorities.previous_priorities, typed_config: {update_frequency: 3}}", 3)]
    [InlineData("{name: p, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig, update_frequency: 2}}", 2)]
    public void Priorities_that_were_tried_may_be_avoided(string priority, int frequency) =>
        Assert.Equal(frequency, Load($"retry_policy: {{retry_on: 5xx, retry_priority: {priority}}}")!.PriorityFrequency);

    [Fact]
    public void A_virtual_hosts_policy_counts_for_routes_without_their_own()
    {
        const string Host = "retry_policy: {retry_on: 5xx, num_retries: 7}\n      per_request_buffer_limit_bytes: 1000";
        Assert.Equal((7, 1000), Load("timeout: 1s", Host) is { } retry ? (retry.MaxRetries, retry.BufferLimitBytes) : default);
        Assert.Equal(2, Load("retry_policy: {retry_on: 5xx, num_retries: 2}", Host)!.MaxRetries);
    }

    [Fact]
    public void Hedging_is_part_of_it()
    {
        Assert.Equal((3, 0), Load("hedge_policy: {initial_requests: 3}") is { } atOnce ? (atOnce.InitialRequests, atOnce.MaxRetries) : default);
        Assert.True(Load("retry_policy: {num_retries: 1, per_try_timeout: 1s}\nhedge_policy: {hedge_on_per_try_timeout: true}")!.HedgeOnPerTryTimeout);
    }

    [Fact]
    public void A_route_may_have_high_priority() => Assert.True(Route("priority: HIGH").HighPriority);

    [Theory]
    [InlineData("hedge_policy: {hedge_on_per_try_timeout: true}", "hedge_policy.hedge_on_per_try_timeout: it needs a retry_policy with a per_try_timeout")]
    [InlineData("retry_policy: {retry_on: 5xx, retry_back_off: {base_interval: 2s, max_interval: 1s}}", "retry_policy.retry_back_off.max_interval: it is below the base_interval")]
    public void What_cannot_work_is_an_error(string action, string error) =>
        Assert.Contains($" {Table}.routes[0].route.{error}", Assert.Single(Yaml.Errors(Text(action, ""))));

    [Theory]
    [InlineData("retry_on: cancelled", "retry_policy.retry_on: 'cancelled' is ignored: no answer of these protocols means it")]
    [InlineData("retry_on: conect-failure", "retry_policy.retry_on: 'conect-failure' is ignored: there is no such condition; there are connect-failure,")]
    [InlineData("{retry_on: 5xx, retriable_status_codes: 1}", "retry_policy.retriable_status_codes: ignored: retry_on does not say 'retriable-status-codes'")]
    [InlineData("{retry_on: 5xx, retriable_headers: {name: a}}", "retry_policy.retriable_headers: ignored: retry_on does not say 'retriable-headers'")]
    [InlineData("{retry_on: 5xx, retry_priority: {name: x}}", "retry_policy.retry_priority: 'x' is not implemented, ignored")]
    [InlineData("{retry_on: 5xx, retry_host_predicate: {name: x}}", "retry_policy.retry_host_predicate[0]: 'x' is not implemented, ignored")]
    public void What_has_no_effect_is_a_warning(string policy, string warning) =>
        Assert.Contains($" {Table}.routes[0].route.{warning}", Assert.Single(Yaml.Warnings(Text($"retry_policy: {(policy[0] == '{' ? policy : $"{{{policy}}}")}", ""))));

    private static RetryConfig? Load(string action, string host = "") => Route(action, host).Retry;

    private static RouteConfig Route(string action, string host = "") => Assert.Single(Yaml.LoadChain(Fields(action, host)).Routes.Routes);

    private static string Text(string action, string host) => Yaml.Protocol(Fields(action, host));

    private static string Fields(string action, string host) => $$"""
        application_protocol: dubbo
        route_config:
          virtual_hosts:
            - name: h
              domains: ["*"]
              {{host}}
              routes:
              - match: { prefix: / }
                route:
                  cluster: c
        {{Indent(action)}}
        """;

    private static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => new string(' ', 10) + line.TrimStart('\r')));
}
