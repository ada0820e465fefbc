using System.Text;
using System.Text.RegularExpressions;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>What the proxy says of a protocol's requests: its figures at one moment.</summary>
internal sealed partial class ProxyFigures(MetricSnapshot figures)
{
    // Methods of requests that no route is for are not counted by name: clients could make up as many as they like.
    private const string Nobody = "unknown";

    /// <summary>The services and methods that it saw in a protocol's routed requests, as <c>service.method</c>, sorted.</summary>
    public IReadOnlyList<string> Calls(string protocol) =>
    [
        .. Series("istio_requests_total").Where(series => Label(series.Text, "request_protocol") == protocol && Label(series.Text, "request_method") != Nobody)
            .Select(series => $"{Label(series.Text, "request_interface")}.{Label(series.Text, "request_method")}").Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>A counter of a cluster.</summary>
    public long OfCluster(string name, string cluster) =>
        Series(name).Where(series => Label(series.Text, "envoy_cluster_name") == cluster).Sum(series => series.Value);

    private static string Label(string labels, string name)
    {
        foreach (Match match in LabelPattern().Matches(labels))
        {
            if (match.Groups[1].Value == name) return match.Groups[2].Value;
        }

        return "";
    }

    private IEnumerable<(string Text, long Value)> Series(string family)
    {
        for (var i = 0; i < figures.Families.Count; i++)
        {
            if (figures.Families[i].Name != family) continue;
            foreach (var series in figures.SeriesOf(i)) yield return (Encoding.UTF8.GetString(series.Labels.Text), figures.Value(series));
        }
    }

    [GeneratedRegex("""([a-z_]+)="((?:[^"\\]|\\.)*)(?:"|$)""")]
    private static partial Regex LabelPattern();
}
