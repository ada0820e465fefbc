using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

public class ConcurrencyConfigTests
{
    private const string Router = "{ name: aeraki.meta_protocol.filters.router }";

    [Theory]
    [InlineData("meltemi.filters.adaptive_concurrency")]
    [InlineData("envoy.filters.http.adaptive_concurrency")]
    public void The_adaptive_bound_is_written_as_Envoys(string name)
    {
        var options = Filter($$"""
            name: {{name}}
            config:
              gradient_controller_config:
                sample_aggregate_percentile: { value: 90 }
                concurrency_limit_params: { concurrency_update_interval: 0.1s, max_concurrency_limit: 200, min_concurrency_limit: 5 }
                min_rtt_calc_params: { interval: 60s, request_count: 20, jitter: { value: 10 }, min_concurrency: 4, buffer: { value: 30 } }
            """);

        Assert.Equal(
            new AdaptiveConcurrencyConfig
            {
                Percentile = 90,
                MaxLimit = 200,
                MinLimit = 5,
                UpdateInterval = TimeSpan.FromMilliseconds(100),
                ProbeInterval = TimeSpan.FromSeconds(60),
                ProbeJitterPercent = 10,
                ProbeRequests = 20,
                ProbeConcurrency = 4,
                BufferPercent = 30,
            },
            options);
    }

    [Fact]
    public void It_can_be_switched_off() => Assert.Null(Filter("""
        name: meltemi.filters.adaptive_concurrency
        config:
          enabled: { default_value: false }
          gradient_controller_config:
            concurrency_limit_params: { concurrency_update_interval: 0.1s }
            min_rtt_calc_params: { fixed_value: 0.01s }
        """));

    [Fact]
    public void Without_a_measurement_it_needs_a_value() => Assert.EndsWith(
        ".config.gradient_controller_config.min_rtt_calc_params: it needs an interval, at which the shortest duration is measured, or a fixed_value instead",
        Assert.Single(Yaml.Errors(Text("""
            name: meltemi.filters.adaptive_concurrency
            config:
              gradient_controller_config:
                concurrency_limit_params: { concurrency_update_interval: 0.1s }
                min_rtt_calc_params: { request_count: 3 }
            """))));

    [Fact]
    public void The_plain_limit_has_a_line_and_classes()
    {
        var limit = Assert.IsType<ConcurrencyLimitConfig>(Filter("""
            name: meltemi.filters.concurrency_limit
            config:
              max_concurrency: 100
              max_queue: 50
              max_wait: 0.5s
              classes:
              - { headers: { name: method, exact_match: pay }, priority: 9 }
            """));

        Assert.Equal((100, 50, 500), (limit.MaxConcurrency, limit.MaxQueue, limit.MaxWait.TotalMilliseconds));
        var one = Assert.Single(limit.Classes);
        Assert.Equal((9, new AttributeMatch("method", new ExactMatch("pay"))), (one.Priority, Assert.Single(one.Match)));
        Assert.True(limit.IsLike(limit with { Classes = [.. limit.Classes.Select(c => c with { Match = [.. c.Match] })] }));
        Assert.False(limit.IsLike(limit with { Classes = [one with { Priority = 1 }] }));
        Assert.False(limit.IsLike(limit with { MaxQueue = 1 }));
    }

    private static object? Filter(string filter) => Yaml.LoadChain(Fields(filter)).Filters.SingleOrDefault()?.Options;

    private static string Text(string filter) => Yaml.Protocol(Fields(filter));

    private static string Fields(string filter) =>
        "application_protocol: dubbo\nroute_config: { routes: { route: { cluster: c } } }\nmeta_protocol_filters:\n"
        + $"- {string.Join('\n', filter.Split('\n').Select((line, i) => i == 0 ? line : "  " + line))}\n- {Router}";
}
