using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>Figures of a local limit: ids to count with. Names are Aeraki's, and of Envoy's local rate limit where Aeraki has none.</summary>
internal sealed class LocalLimitStats : SharedFigures
{
    public LocalLimitStats(MetricRegistry registry, string prefix)
        : base(new(registry, $"meta_protocol.{prefix}.local_rate_limit.", "envoy_meta_protocol_local_rate_limit_", Labels.Of(("envoy_stat_prefix", prefix))))
    {
        Ok = Scope.Counter("ok", "Requests within the limit.");
        RateLimited = Scope.Counter("rate_limited", "Requests over the limit, refused or not.");
        Enforced = Scope.Counter("enforced", "Requests over the limit that were refused.");
        Forgotten = Scope.Counter("forgotten", "Buckets of values that were forgotten before they were full again: there are more values than max_buckets.");
    }

    /// <summary>Requests within the limit.</summary>
    public int Ok { get; }

    /// <summary>Requests over the limit.</summary>
    public int RateLimited { get; }

    /// <summary>Requests over the limit that were refused.</summary>
    public int Enforced { get; }

    /// <summary>Buckets of values that were forgotten too early.</summary>
    public int Forgotten { get; }
}
