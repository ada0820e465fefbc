using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound.Mirrors;

/// <summary>
/// What copies of requests may take of a cluster, apart from what requests may: connections of their own, as many as the cluster's limits say, and no
/// waiting. So the two never stand in each other's way. Made with the first copy.
/// </summary>
internal sealed class MirrorLane(MetricRegistry metrics, string cluster, LimitsConfig limits, int loops)
{
    /// <summary>The bounds; a copy that finds no room is dropped.</summary>
    public CircuitBreaker Limits { get; } = new(limits with { MaxPendingRequests = 0 }, loops);

    public MirrorStats Stats { get; } = new(metrics, cluster);
}
