using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound.Mirrors;

/// <summary>Figures of the copies that a cluster gets, and of how its answers compare with those that the clients got.</summary>
internal sealed class MirrorStats
{
    private readonly MetricRegistry _metrics;
    private readonly StatScope _scope;

    public MirrorStats(MetricRegistry metrics, string cluster)
    {
        var labels = Labels.Of(("envoy_cluster_name", cluster));
        _metrics = metrics;
        _scope = new StatScope(metrics, $"cluster.{cluster}.mirror.", "envoy_cluster_mirror_", labels);
        Total = _scope.Counter("rq_total", "Copies of requests that were sent here.");
        Dropped = _scope.Counter("rq_dropped", "Copies that were not sent: a limit was reached, no endpoint was healthy, or they could not be written.");
        Failed = _scope.Counter("rq_failed", "Copies that were sent and not answered.");
        Same = _scope.Counter("compare_same", "Copies answered with the same status as the request.");
        Different = _scope.Counter("compare_different", "Copies answered with another status than the request.");
        Missing = _scope.Counter("compare_missing", "Copies of which one of the two was not answered by a server.");
        Time = metrics.Histogram(
            "envoy_cluster_mirror_rq_time", "Time until the answer to a copy, of those compared.", HistogramLayout.Duration, labels, $"cluster.{cluster}.mirror.rq_time");
        OriginalTime = metrics.Histogram(
            "envoy_cluster_mirror_original_rq_time", "Time until the answer to the request, of those compared.", HistogramLayout.Duration, labels,
            $"cluster.{cluster}.mirror.original_rq_time");
    }

    public int Total { get; }

    public int Dropped { get; }

    public int Failed { get; }

    public int Same { get; }

    public int Different { get; }

    public int Missing { get; }

    public HistogramId Time { get; }

    public HistogramId OriginalTime { get; }

    /// <summary>Takes back the registrations; when no loop counts here any more, once.</summary>
    public void Remove()
    {
        _scope.Remove();
        _metrics.Remove(Time);
        _metrics.Remove(OriginalTime);
    }
}
