namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Makes figures with Envoy's names, in both of their forms: <c>cluster.NAME.upstream_cx_total</c> on <c>/stats</c> and
/// <c>envoy_cluster_upstream_cx_total{envoy_cluster_name="NAME"}</c> for Prometheus. Remembers them, to give all back at once.
/// </summary>
/// <param name="registry">Where they are registered.</param>
/// <param name="dottedPrefix">In front of the dotted name, with its dot; null: the series have no dotted name.</param>
/// <param name="prometheusPrefix">In front of the Prometheus name, with its underscore.</param>
/// <param name="labels">Labels of every series.</param>
/// <param name="known">Registers nothing: gives the ids of what somebody else has registered.</param>
public sealed class StatScope(MetricRegistry registry, string? dottedPrefix, string prometheusPrefix, Labels labels, bool known = false)
{
    private readonly List<int> _series = [];

    /// <summary>The scope of a cluster.</summary>
    public static StatScope OfCluster(MetricRegistry registry, string name) =>
        new(registry, $"cluster.{name}.", "envoy_cluster_", Labels.Of(("envoy_cluster_name", name)));

    /// <summary>A counter of this scope.</summary>
    public int Counter(string name, string help) => known ? Find(name) : Keep(registry.Counter(prometheusPrefix + name, help, labels, Dotted(name)));

    /// <summary>A gauge of this scope.</summary>
    public int Gauge(string name, string help) => known ? Find(name) : Keep(registry.Gauge(prometheusPrefix + name, help, labels, Dotted(name)));

    /// <summary>Takes back every registration. When no loop counts here any more; once.</summary>
    public void Remove()
    {
        foreach (var series in _series) registry.Remove(series);
        _series.Clear();
    }

    private int Find(string name) => registry.Find(prometheusPrefix + name, labels) ?? MetricRegistry.OverflowSeries;

    private string? Dotted(string name) => dottedPrefix is null ? null : dottedPrefix + name;

    private int Keep(int series)
    {
        _series.Add(series);
        return series;
    }
}
