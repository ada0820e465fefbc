namespace Meltemi.Proxy.Config;

/// <summary>How an endpoint is chosen.</summary>
public sealed record BalancerConfig
{
    /// <summary>The algorithm. Default weighted round robin.</summary>
    public BalancerKind Kind { get; init; }

    /// <summary>Least request: how many endpoints are compared. Default 2.</summary>
    public int ChoiceCount { get; init; } = 2;

    /// <summary>Least request: all endpoints are compared.</summary>
    public bool FullScan { get; init; }

    /// <summary>
    /// Least request with unequal weights: how much requests in flight count against the weight; 0: not at all. Default 1.
    /// </summary>
    public double ActiveRequestBias { get; init; } = 1;

    /// <summary>Peak EWMA: after so long without anything new an average has fallen to 1/e. Default 10 s.</summary>
    public TimeSpan DecayTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Peak EWMA: latency of an endpoint that none is known of. Default 10 ms.</summary>
    public TimeSpan AssumedLatency { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Ring hash: least number of points on the ring. Default 1024.</summary>
    public int MinRingSize { get; init; } = 1024;

    /// <summary>Ring hash: most points. Default 8 Mi.</summary>
    public int MaxRingSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>Ring hash: false: xxHash64 (Envoy's default), true: ketama's MD5 points.</summary>
    public bool Ketama { get; init; }

    /// <summary>Maglev: table size, a prime. Default 65537.</summary>
    public int MaglevTableSize { get; init; } = 65537;

    /// <summary>
    /// Ring hash and Maglev: in percent of the average, the requests in flight that an endpoint may have before its hashes go elsewhere. At least 100; 0: as many
    /// as come. Default 0.
    /// </summary>
    public int HashBalanceFactor { get; init; }

    /// <summary>How endpoints are grouped by their metadata; null: not at all.</summary>
    public SubsetsConfig? Subsets { get; init; }

    /// <summary>What endpoints' places mean; null: nothing.</summary>
    public LocalityPolicyConfig? Localities { get; init; }

    /// <summary>With fewer healthy endpoints than this, in percent, all are used (<c>healthy_panic_threshold</c>); 0: never. Default 50.</summary>
    public double PanicPercent { get; init; } = 50;

    /// <summary>How an endpoint that is new or was unhealthy comes to its share; null: at once.</summary>
    public SlowStartConfig? SlowStart { get; init; }

    /// <summary>Whether the algorithm looks at hashes.</summary>
    internal bool IsHashing => Kind is BalancerKind.RingHash or BalancerKind.Maglev;
}

/// <summary>The balancing algorithms.</summary>
public enum BalancerKind
{
    /// <summary>Weighted round robin.</summary>
    RoundRobin,

    /// <summary>Weighted random.</summary>
    Random,

    /// <summary>Power of N choices on active requests, weighted.</summary>
    LeastRequest,

    /// <summary>Ring hash.</summary>
    RingHash,

    /// <summary>Maglev.</summary>
    Maglev,

    /// <summary>The sooner of two, by latencies and active requests, weighted.</summary>
    PeakEwma,
}

/// <summary>What endpoints' places mean to a balancer.</summary>
public abstract record LocalityPolicyConfig;

/// <summary>Places share by their weights (<c>locality_weighted_lb_config</c>).</summary>
public sealed record WeightedLocalities : LocalityPolicyConfig;

/// <summary>Requests stay in the proxy's own place as far as that is fair (<c>zone_aware_lb_config</c>).</summary>
/// <param name="RoutedPercent">So many of the requests are looked at that way; the others go anywhere. Default all.</param>
/// <param name="MinClusterSize">With fewer available endpoints than that, they go anywhere. Default 6.</param>
/// <param name="ForceFrom">With so many available endpoints in the own place all stay there, fair or not; 0: never. Default 0.</param>
public sealed record ZoneAware(double RoutedPercent = 100, int MinClusterSize = 6, int ForceFrom = 0) : LocalityPolicyConfig;
