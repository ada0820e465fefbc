using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>Compiles local limits; knows the buckets and figures of the process.</summary>
internal sealed class LocalLimits(MetricRegistry metrics, Worker[] workers)
{
    private readonly BucketTable _buckets = new(workers.Length, () => workers[0].Loop.Kernel.Nanoseconds);

    private readonly WeakTable<string, LocalLimitStats> _stats = new();

    /// <summary>Makes one loop's part of a limit, for messages whose values are read with <paramref name="keys"/>.</summary>
    /// <param name="place">Where it stands: the parts of all loops, and those of a new configuration, share the tokens of a place.</param>
    public LocalLimit Compile(LocalRateLimitConfig config, string place, AttributeKeys keys, int loop)
    {
        var stats = _stats.Get(config.StatPrefix, prefix => new LocalLimitStats(metrics, prefix));
        return new LocalLimit(config, place, keys, _buckets, stats, metrics.ForLoop(loop));
    }

    /// <summary>The limits of a listener's routes, by loop and position of the route; null: there are none.</summary>
    public LocalLimit?[][]? Compile(RouteTableConfig table, string listener, AttributeKeys keys)
    {
        if (table.Routes.All(route => route.LocalRateLimit is null)) return null;
        return Array.ConvertAll(workers, worker => table.Routes.Select((route, i) => Compile(route, i, worker.Index)).ToArray());

        LocalLimit? Compile(RouteConfig route, int position, int loop) => route.LocalRateLimit is { } limit
            ? this.Compile(limit, $"{listener} route {(route.Name.Length > 0 ? route.Name : $"{position}")}", keys, loop)
            : null;
    }
}
