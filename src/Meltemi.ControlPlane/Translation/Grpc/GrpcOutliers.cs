using Envoy.Config.Cluster.V3;
using Rule = Meltemi.Resources.Istio.OutlierDetection;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>
/// When a bad endpoint is left out, in gRPC's terms. Its libraries do not count failures in a row, they judge intervals: so "N errors in
/// a row" becomes "all of at least N calls of an interval failed".
/// </summary>
internal static class GrpcOutliers
{
    // Istio's and xDS' defaults.
    private const uint Errors = 5;
    private const uint MaxEjectionPercent = 10;

    // The share must be larger than it.
    private const uint AlmostAll = 99;

    /// <summary>The detection; null: never.</summary>
    public static OutlierDetection? Translate(Rule? rule)
    {
        if (rule is null) return null;
        uint? old = rule.ConsecutiveErrors > 0 ? (uint)rule.ConsecutiveErrors : null;
        var given = new[] { rule.Consecutive5XxErrors, rule.ConsecutiveGatewayErrors, old }.OfType<uint>().ToArray();
        var errors = given.Length == 0 ? Errors : given.Where(limit => limit > 0).DefaultIfEmpty().Min();
        if (errors == 0) return null;
        return new()
        {
            Interval = rule.Interval,
            BaseEjectionTime = rule.BaseEjectionTime,
            MaxEjectionPercent = rule.MaxEjectionPercent > 0 ? (uint)rule.MaxEjectionPercent : MaxEjectionPercent,
            EnforcingSuccessRate = 0,
            FailurePercentageThreshold = AlmostAll,
            EnforcingFailurePercentage = 100,
            FailurePercentageMinimumHosts = 1,
            FailurePercentageRequestVolume = errors,
        };
    }
}
