using System.Text.Json;
using System.Text.RegularExpressions;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Telemetry.Metrics;

public class StatsTests
{
    [Fact]
    public void Figures_have_Envoys_dotted_names()
    {
        var registry = new MetricRegistry(1);
        var loop = registry.ForLoop(0);
        loop.Add(ClusterStats.Create(registry, "outbound|1||a.b").CxTotal, 3);
        loop.Add(ListenerStats.Create(registry, "0.0.0.0_20880").RqTotal, 4);
        loop.Add(EndpointStats.Create(registry, "c", "10.0.0.1:80").RqError, 5);

        var text = Text(registry, null, usedOnly: true);

        Assert.Equal(
            """
            cluster.c.endpoint.10.0.0.1:80.rq_error: 5
            cluster.outbound|1||a.b.upstream_cx_total: 3
            listener.0.0.0.0_20880.downstream_rq_total: 4

            """,
            text);
        Assert.Equal("cluster.outbound|1||a.b.upstream_cx_total: 3\n", Text(registry, new Regex("upstream_cx_total$"), usedOnly: true));
    }

    [Fact]
    public void A_histogram_shows_count_sum_and_quantiles()
    {
        var registry = new MetricRegistry(1);
        var h = registry.Histogram("h_milliseconds", "H.", new HistogramLayout(1_000_000, 500_000, 1_000_000), dottedName: "a.h");
        Assert.Contains("a.h: count=0 sum=0\n", Text(registry), StringComparison.Ordinal);
        for (var i = 0; i < 98; i++) registry.ForLoop(0).Observe(h, 500_000);
        registry.ForLoop(0).Observe(h, 600_000);
        registry.ForLoop(0).Observe(h, 2_000_000);

        Assert.Contains("a.h: count=100 sum=51.6 P50<=0.5 P90<=0.5 P95<=0.5 P99<=1 P100<=inf\n", Text(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same_figures()
    {
        var registry = new MetricRegistry(1);
        registry.ForLoop(0).Add(ClusterStats.Create(registry, "a").RqTotal, 7);
        registry.ForLoop(0).Observe(registry.Histogram("h", "H.", HistogramLayout.Size), 20);
        var output = new Utf8Buffer();
        StatsWriter.WriteJson(registry.Collect(), output, usedOnly: true);

        using var json = JsonDocument.Parse(output.WrittenMemory);
        var stats = json.RootElement.GetProperty("stats").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!);
        Assert.Equal(7, stats["cluster.a.upstream_rq_total"].GetProperty("value").GetInt64());
        Assert.Equal(20, stats["h"].GetProperty("sum").GetDouble());
        Assert.Equal(2, stats.Count);
    }

    [Fact]
    public void An_endpoint_that_leaves_takes_its_figures_along()
    {
        var registry = new MetricRegistry(1);
        var before = registry.Count;
        var first = EndpointStats.Create(registry, "a", "10.0.0.1:80");
        var second = EndpointStats.Create(registry, "a", "10.0.0.1:80");
        Assert.Equal(first.CxActive, second.CxActive);

        first.Remove();
        Assert.Equal(before + 8, registry.Count);
        second.Remove();
        Assert.Equal(before, registry.Count);
    }

    [Fact]
    public void The_process_shows_its_memory_and_age()
    {
        var registry = new MetricRegistry(1);
        ProcessMetrics.Register(registry, () => true);
        var text = Text(registry);

        Assert.Matches(@"(?m)^process_resident_memory_bytes: [1-9]\d{6,}$", text);
        Assert.Matches(@"(?m)^process_open_fds: [1-9]\d*$", text);
        Assert.Matches(@"(?m)^server.live: 1$", text);
        Assert.Matches(@"(?m)^server.uptime: \d+$", text);
    }

    private static string Text(MetricRegistry registry, Regex? filter = null, bool usedOnly = false)
    {
        var output = new Utf8Buffer();
        StatsWriter.WriteText(registry.Collect(), output, filter, usedOnly);
        return output.ToString();
    }
}
