using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Telemetry.Metrics;

public class PrometheusWriterTests
{
    [Fact]
    public void Families_and_series_come_in_a_fixed_order_with_escaped_labels()
    {
        var registry = new MetricRegistry(1);
        var b = registry.Counter("b_total", "Line\nwith \\.", Labels.Of(("x", "2\"\\\n"), ("y", "ü")));
        registry.Counter("b_total", "Line\nwith \\.", Labels.Of(("x", "1")));
        registry.Gauge("a", "A.", divisor: 1000);
        registry.ForLoop(0).Add(b, 5);
        registry.ForLoop(0).Set(registry.Gauge("a", "A.", divisor: 1000), 1500);

        Assert.Equal(
            """
            # HELP a A.
            # TYPE a gauge
            a 1.5
            # HELP b_total Line\nwith \\.
            # TYPE b_total counter
            b_total{x="1"} 0
            b_total{x="2\"\\\n",y="ü"} 5

            """,
            Text(registry, "^[ab]"));
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_sum_and_count_in_the_unit_of_its_name()
    {
        var registry = new MetricRegistry(2);
        var h = registry.Histogram("h_milliseconds", "H.", new HistogramLayout(1_000_000, 500_000, 1_000_000), Labels.Of(("x", "1")));
        registry.ForLoop(0).Observe(h, 500_000);
        registry.ForLoop(1).Observe(h, 700_000);
        registry.ForLoop(1).Observe(h, 9_000_000);

        Assert.Equal(
            """
            # HELP h_milliseconds H.
            # TYPE h_milliseconds histogram
            h_milliseconds_bucket{x="1",le="0.5"} 1
            h_milliseconds_bucket{x="1",le="1"} 2
            h_milliseconds_bucket{x="1",le="+Inf"} 3
            h_milliseconds_sum{x="1"} 10.2
            h_milliseconds_count{x="1"} 3

            """,
            Text(registry, "^h_"));
    }

    [Fact]
    public void Unused_series_are_left_out_on_request()
    {
        var registry = new MetricRegistry(1);
        registry.Counter("a_total", "A.");
        registry.ForLoop(0).Add(registry.Counter("b_total", "B."));
        var output = new Utf8Buffer();
        PrometheusWriter.Write(registry.Collect(), output, usedOnly: true);

        Assert.Equal("# HELP b_total B.\n# TYPE b_total counter\nb_total 1\n", output.ToString());
    }

    [SkippableByPromtoolFact]
    public void Promtool_reads_all_that_a_proxy_shows()
    {
        var registry = new MetricRegistry(1);
        ProcessMetrics.Register(registry, () => true);
        ListenerStats.Create(registry, "0.0.0.0_20880");
        ClusterStats.Create(registry, "outbound|20880||a \"quoted\" \\ name\n");
        EndpointStats.Create(registry, "b", "10.0.0.1:20880");
        var requests = new RequestMetrics(registry, new RequestLabels(new(), "dubbo")).ForLoop(0);
        requests.Find("org.\"x\\\n"u8, "say\xFF\x00"u8, 0, "b").Record(20, ResponseFlag.None, 3_000_000, 10, 200_000_000);

        var (exitCode, complaints) = Promtool.CheckMetrics(Text(registry, ""));

        // Exit code 3 is matters of taste. Names that Envoy and Istio gave are not ours to change; ours must be without fault.
        Assert.True(exitCode is 0 or 3, complaints);
        Assert.All(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(envoy|istio)_", line));
    }

    [SkippableByPromtoolFact]
    public void Promtool_would_see_a_broken_line() => Assert.Equal(1, Promtool.CheckMetrics("a{x=\"1} 3\n").ExitCode);

    private static string Text(MetricRegistry registry, string filter)
    {
        var output = new Utf8Buffer();
        PrometheusWriter.Write(registry.Collect(), output, new System.Text.RegularExpressions.Regex(filter));
        return output.ToString();
    }
}
