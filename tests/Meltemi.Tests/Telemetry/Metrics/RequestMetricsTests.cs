using System.Collections.Immutable;
using System.Text;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Tests.Telemetry.Metrics;

public class RequestMetricsTests
{
    private const string Cluster = "outbound|20880|v1|demo.shop.svc.cluster.local";

    private static readonly NodeConfig Node = new()
    {
        Cluster = "fallback",
        Metadata = ImmutableDictionary<string, string>.Empty.AddRange(
        [
            new("WORKLOAD_NAME", "consumer-v1"), new("NAMESPACE", "shop"), new("CLUSTER_ID", "Kubernetes"),
            new("LABELS", """{"app":"consumer","version":"v1","service.istio.io/canonical-name":"consumer-svc"}"""),
        ]),
    };

    private readonly MetricRegistry _registry = new(2);

    [Fact]
    public void A_request_is_counted_under_Istios_labels()
    {
        var metrics = new RequestMetrics(_registry, new RequestLabels(Node, "dubbo")).ForLoop(0);
        metrics.Find("org.Demo"u8, "sayHello"u8, 0, Cluster).Record(20, ResponseFlag.None, 3_000_000, 250, 40);

        Assert.Equal(
            "istio_requests_total{reporter=\"source\",source_workload=\"consumer-v1\",source_workload_namespace=\"shop\","
            + "source_principal=\"unknown\",source_app=\"consumer\",source_version=\"v1\",source_cluster=\"Kubernetes\","
            + "source_canonical_service=\"consumer-svc\",source_canonical_revision=\"v1\",destination_workload=\"unknown\","
            + "destination_workload_namespace=\"unknown\",destination_principal=\"unknown\",destination_app=\"unknown\","
            + "destination_version=\"unknown\",destination_cluster=\"unknown\",destination_canonical_service=\"unknown\","
            + "destination_canonical_revision=\"unknown\",destination_service=\"demo.shop.svc.cluster.local\","
            + "destination_service_name=\"demo\",destination_service_namespace=\"shop\",request_protocol=\"dubbo\","
            + "connection_security_policy=\"none\",request_interface=\"org.Demo\",request_method=\"sayHello\","
            + "response_code=\"20\",response_flags=\"-\"} 1",
            Assert.Single(Lines("istio_requests_total{")));
        Assert.EndsWith(" 3", Assert.Single(Lines("istio_request_duration_milliseconds_sum")), StringComparison.Ordinal);
        Assert.EndsWith(" 250", Assert.Single(Lines("istio_request_bytes_sum")), StringComparison.Ordinal);
        Assert.EndsWith(" 40", Assert.Single(Lines("istio_response_bytes_sum")), StringComparison.Ordinal);
        Assert.EndsWith(" 1", Assert.Single(Lines("istio_response_bytes_count")), StringComparison.Ordinal);
    }

    [Fact]
    public void On_the_way_in_the_proxy_is_the_destination()
    {
        var metrics = new RequestMetrics(_registry, new RequestLabels(Node, "dubbo")).ForLoop(0);
        metrics.Find("a"u8, "b"u8, 0, "inbound|20880||").Record(20, ResponseFlag.None, 1, 1, 1);

        var line = Assert.Single(Lines("istio_requests_total{"));
        Assert.Contains("reporter=\"destination\"", line, StringComparison.Ordinal);
        Assert.Contains("source_workload=\"unknown\"", line, StringComparison.Ordinal);
        Assert.Contains("destination_workload=\"consumer-v1\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_metadata_the_node_is_named_after_its_group()
    {
        var node = new NodeConfig { Cluster = "group", Metadata = ImmutableDictionary<string, string>.Empty.Add("LABELS", "{not json") };

        Assert.Contains("source_workload=\"group\"", new RequestLabels(node, "x").For("").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_the_same_shape_are_kept_apart_also_when_they_alternate()
    {
        var metrics = new RequestMetrics(_registry, new RequestLabels(Node, "dubbo")).ForLoop(0);
        var first = metrics.Find("org.A"u8, "get"u8, 0, Cluster);
        RequestSeries[] others =
        [
            metrics.Find("org.B"u8, "get"u8, 0, Cluster), metrics.Find("org.A"u8, "set"u8, 0, Cluster),
            metrics.Find("org.A"u8, "get"u8, 8, Cluster), metrics.Find("org.A"u8, "get"u8, 0, "renamed"),
        ];
        Assert.DoesNotContain(first, others);
        Assert.Equal(4, others.Distinct().Count());
        var again = metrics.Find("org.A"u8, "get"u8, 0, "renamed");
        Assert.Same(others[3], again);
        Assert.Same(metrics.Find("org.B"u8, "get"u8, 0, Cluster), metrics.Find("org.B"u8, "get"u8, 0, Cluster));
    }

    [Fact]
    public void Outcomes_of_one_method_are_apart_and_loops_are_added_up()
    {
        var shared = new RequestMetrics(_registry, new RequestLabels(Node, "dubbo"));
        for (var loop = 0; loop < 2; loop++)
        {
            var series = shared.ForLoop(loop).Find("a"u8, "b"u8, 0, Cluster);
            series.Record(20, ResponseFlag.None, 1, 1, 1);
            series.Record(20, ResponseFlag.UpstreamRequestTimeout, 1, 1, 1);
            series.Record(40, ResponseFlag.None, 1, 1, 1);
        }

        var lines = Lines("istio_requests_total{");
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.EndsWith(" 2", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("response_code=\"20\",response_flags=\"UT\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_beyond_the_bound_are_counted_as_other_for_all_loops()
    {
        var shared = new RequestMetrics(_registry, new RequestLabels(Node, "dubbo"), maxNames: 3);
        var loops = new[] { shared.ForLoop(0), shared.ForLoop(1) };
        for (var i = 0; i < 10; i++)
        {
            foreach (var loop in loops) loop.Find("a"u8, Encoding.UTF8.GetBytes($"m{i}"), 0, Cluster).Record(0, ResponseFlag.None, 1, 1, 1);
        }

        var lines = Lines("istio_requests_total{");
        Assert.Equal(4, lines.Count);
        Assert.Matches(" 14$", Assert.Single(lines, l => l.Contains("request_method=\"other\"", StringComparison.Ordinal)));
        Assert.EndsWith(" 14", Assert.Single(Lines("meltemi_request_names_refused_total")), StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_beyond_the_bound_are_counted_as_other()
    {
        var series = new RequestMetrics(_registry, new RequestLabels(Node, "x")).ForLoop(0).Find("a"u8, "b"u8, 0, Cluster);
        for (var code = 0; code < 100; code++) series.Record(code, ResponseFlag.None, 1, 1, 1);
        series.Record(3, ResponseFlag.UpstreamRequestTimeout, 1, 1, 1);

        var lines = Lines("istio_requests_total{");
        Assert.Equal(18, lines.Count);
        Assert.Matches(" 84$", Assert.Single(lines, l => l.Contains("response_code=\"other\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_number_that_means_another_cluster_now_is_noticed()
    {
        var metrics = new RequestMetrics(_registry, new RequestLabels(Node, "x")).ForLoop(0);
        metrics.Find("a"u8, "b"u8, 0, "old").Record(0, ResponseFlag.None, 1, 1, 1);
        metrics.Find("a"u8, "b"u8, 0, "new").Record(0, ResponseFlag.None, 1, 1, 1);
        metrics.Find("a"u8, "b"u8, -1, "").Record(0, ResponseFlag.NoRoute, 1, 1, 1);

        var lines = Lines("istio_requests_total{");
        Assert.Contains(lines, line => line.Contains("destination_service=\"old\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("destination_service=\"new\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("destination_service=\"unknown\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "unknown")]
    [InlineData("a\nb\0c", "a\uFFFDb\uFFFDc")]
    [InlineData("\uD83C\uDF2C", "\uD83C\uDF2C")]
    public void Wire_names_become_harmless_text(string wire, string expected) =>
        Assert.Equal(expected, LabelText.Of(Encoding.UTF8.GetBytes(wire)));

    [Fact]
    public void Wire_names_are_cut_between_characters_and_never_invalid()
    {
        Assert.Equal(128, LabelText.Of(new byte[4000].AsSpan()).Length);
        Assert.Equal(new string('a', 127), LabelText.Of(Encoding.UTF8.GetBytes(new string('a', 127) + "ü")));
        Assert.Equal("a\uFFFD", LabelText.Of([0x61, 0xC3]));
        Assert.InRange(LabelText.Of(Enumerable.Repeat((byte)0x80, 200).ToArray()).Length, 124, 128);
    }

    [Fact]
    public void Known_requests_and_floods_of_unknown_ones_allocate_nothing()
    {
        var metrics = new RequestMetrics(_registry, new RequestLabels(Node, "x"), maxNames: 2).ForLoop(0);
        byte[][] methods = [[1, 2, 3], [4, 5], [6], [7, 8, 9, 10]];
        Count(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Count(int times)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var method in methods) metrics.Find("a"u8, method, 7, Cluster).Record(20, ResponseFlag.None, i, i, i);
            }
        }
    }

    private List<string> Lines(string prefix)
    {
        var output = new Utf8Buffer();
        PrometheusWriter.Write(_registry.Collect(), output);
        return [.. output.ToString().Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))];
    }
}
