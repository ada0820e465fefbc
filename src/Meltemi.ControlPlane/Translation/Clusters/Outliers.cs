using Envoy.Config.Cluster.V3;
using Rule = Meltemi.Resources.Istio.OutlierDetection;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>When an endpoint that fails is left out for a while.</summary>
internal static class Outliers
{
    /// <summary>Sets it; null: never. As with Istio an endpoint is judged by failures in a row, never by success rates.</summary>
    public static void Apply(Rule? rule, Cluster cluster)
    {
        if (rule is null) return;
        var outliers = new OutlierDetection
        {
            EnforcingSuccessRate = 0,
            SplitExternalLocalOriginErrors = rule.SplitExternalLocalOriginErrors,
            Interval = rule.Interval,
            BaseEjectionTime = rule.BaseEjectionTime,
        };
        if (rule.Consecutive5XxErrors is { } errors)
        {
            outliers.Consecutive5Xx = errors;
            outliers.EnforcingConsecutive5Xx = errors > 0 ? 100u : 0u;
        }

        var gateway = rule.ConsecutiveGatewayErrors ?? (rule.ConsecutiveErrors > 0 ? (uint)rule.ConsecutiveErrors : null);
        if (gateway is { } failures)
        {
            outliers.ConsecutiveGatewayFailure = failures;
            outliers.EnforcingConsecutiveGatewayFailure = failures > 0 ? 100u : 0u;
        }

        if (rule.ConsecutiveLocalOriginFailures is { } local)
        {
            outliers.ConsecutiveLocalOriginFailure = local;
            outliers.EnforcingConsecutiveLocalOriginFailure = local > 0 ? 100u : 0u;
        }

        // Of the few endpoints that most services have, the default of 10 % is none; as ever in Istio one may go nevertheless.
        if (rule.MaxEjectionPercent > 0) outliers.MaxEjectionPercent = (uint)rule.MaxEjectionPercent;
        else outliers.AlwaysEjectOneHost = true;
        cluster.OutlierDetection = outliers;
        (cluster.CommonLbConfig ??= new()).HealthyPanicThreshold = new() { Value = rule.MinHealthPercent };
    }
}
