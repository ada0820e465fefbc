using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.RateLimits.Global;

/// <summary>
/// Figures of a rate limit service, under Envoy's names and the service's own cluster: where the requests go to is not known yet when they are
/// limited.
/// </summary>
internal sealed class GlobalLimitStats
{
    public GlobalLimitStats(MetricRegistry registry, string cluster)
    {
        var scope = new StatScope(
            registry, $"cluster.{cluster}.ratelimit.", "envoy_cluster_ratelimit_", Labels.Of(("envoy_cluster_name", cluster)));
        Ok = scope.Counter("ok", "Requests that the rate limit service let pass.");
        OverLimit = scope.Counter("over_limit", "Requests that the rate limit service refused.");
        Error = scope.Counter("error", "Requests that the rate limit service gave no answer to, or not in time.");
        FailureModeAllowed = scope.Counter("failure_mode_allowed", "Of those, requests that passed all the same.");
    }

    /// <summary>Let pass.</summary>
    public int Ok { get; }

    /// <summary>Refused.</summary>
    public int OverLimit { get; }

    /// <summary>No answer, or not in time.</summary>
    public int Error { get; }

    /// <summary>Passed without an answer.</summary>
    public int FailureModeAllowed { get; }
}
