using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Outbound.Health;

/// <summary>Judges endpoints by what came of their requests in an interval, beside each other and each for itself.</summary>
internal static class SuccessRates
{
    /// <summary>Those that are far below the mean of all with enough requests.</summary>
    public static IEnumerable<OutlierMonitor> Below(IReadOnlyCollection<(OutlierMonitor Monitor, Outcomes Outcomes)> interval, SuccessRateConfig config)
    {
        var counted = interval.Where(one => one.Outcomes.Total > 0 && one.Outcomes.Total >= config.RequestVolume).ToArray();
        if (counted.Length == 0 || counted.Length < config.MinimumHosts) return [];
        var mean = counted.Average(one => Rate(one.Outcomes));
        var variance = counted.Average(one => Math.Pow(Rate(one.Outcomes) - mean, 2));
        var threshold = mean - config.StdevFactor * Math.Sqrt(variance);
        return counted.Where(one => Rate(one.Outcomes) < threshold).Select(one => one.Monitor);
    }

    /// <summary>Those of whose requests too large a part failed.</summary>
    public static IEnumerable<OutlierMonitor> Failing(
        IReadOnlyCollection<(OutlierMonitor Monitor, Outcomes Outcomes)> interval, FailurePercentageConfig config)
    {
        var counted = interval.Where(one => one.Outcomes.Total > 0 && one.Outcomes.Total >= config.RequestVolume).ToArray();
        if (counted.Length < config.MinimumHosts) return [];
        return counted.Where(one => one.Outcomes.Failed * 100 >= one.Outcomes.Total * config.Threshold).Select(one => one.Monitor);
    }

    // Of 100, as in Envoy.
    private static double Rate(Outcomes outcomes) => 100.0 * (outcomes.Total - outcomes.Failed) / outcomes.Total;
}
