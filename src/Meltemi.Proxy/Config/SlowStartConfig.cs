namespace Meltemi.Proxy.Config;

/// <summary>
/// How an endpoint that is new, or was unhealthy, comes to its share (<c>slow_start_config</c>): at the time t of the window it takes
/// (t / window) ^ (1 / aggression) of its turns.
/// </summary>
public sealed record SlowStartConfig
{
    /// <summary>Time until it has its full share.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>1: the share grows evenly; larger: fast at first; smaller: slowly at first. Default 1.</summary>
    public double Aggression { get; init; } = 1;

    /// <summary>Share at the begin, in percent of the full one. Default 10.</summary>
    public double MinWeightPercent { get; init; } = 10;
}
