using Envoy.Config.Cluster.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>When an endpoint that fails is left out for a while.</summary>
internal static class Outliers
{
    /// <summary>The policy; null: never.</summary>
    public static OutlierConfig? Translate(OutlierDetection? wire)
    {
        if (wire is null) return null;
        var defaults = new OutlierConfig();
        return defaults with
        {
            Consecutive5xx = Conviction(wire.Consecutive5Xx, wire.EnforcingConsecutive5Xx, defaults.Consecutive5xx),
            ConsecutiveGatewayFailure =
                Conviction(wire.ConsecutiveGatewayFailure, wire.EnforcingConsecutiveGatewayFailure, defaults.ConsecutiveGatewayFailure),
            ConsecutiveLocalOriginFailure =
                Conviction(wire.ConsecutiveLocalOriginFailure, wire.EnforcingConsecutiveLocalOriginFailure, defaults.ConsecutiveLocalOriginFailure),
            SplitLocalOriginErrors = wire.SplitExternalLocalOriginErrors,
            SuccessRate = Rate(wire, defaults.SuccessRate),
            FailurePercentage = Percentage(wire, defaults.FailurePercentage),
            Interval = Values.SpanOr(wire.Interval, defaults.Interval),
            BaseEjectionTime = Values.SpanOr(wire.BaseEjectionTime, defaults.BaseEjectionTime),
            MaxEjectionTime = Values.SpanOr(wire.MaxEjectionTime, defaults.MaxEjectionTime),
            MaxEjectionTimeJitter = Values.SpanOr(wire.MaxEjectionTimeJitter, defaults.MaxEjectionTimeJitter),
            MaxEjectionPercent = Number(wire.MaxEjectionPercent, defaults.MaxEjectionPercent),
            AlwaysEjectOneHost = wire.AlwaysEjectOneHost ?? defaults.AlwaysEjectOneHost,
            UnejectByHealthCheck = wire.SuccessfulActiveHealthCheckUnejectHost ?? defaults.UnejectByHealthCheck,
        };
    }

    private static Conviction Conviction(uint? failures, uint? enforcing, Conviction defaults) =>
        new(Number(failures, defaults.Failures), Number(enforcing, defaults.EnforcingPercent));

    private static SuccessRateConfig Rate(OutlierDetection wire, SuccessRateConfig defaults) => new()
    {
        MinimumHosts = Number(wire.SuccessRateMinimumHosts, defaults.MinimumHosts),
        RequestVolume = Number(wire.SuccessRateRequestVolume, defaults.RequestVolume),
        StdevFactor = wire.SuccessRateStdevFactor is { } factor ? factor / 1000.0 : defaults.StdevFactor,
        EnforcingPercent = Number(wire.EnforcingSuccessRate, defaults.EnforcingPercent),
        EnforcingLocalOriginPercent = Number(wire.EnforcingLocalOriginSuccessRate, defaults.EnforcingLocalOriginPercent),
    };

    private static FailurePercentageConfig Percentage(OutlierDetection wire, FailurePercentageConfig defaults) => new()
    {
        Threshold = Number(wire.FailurePercentageThreshold, defaults.Threshold),
        MinimumHosts = Number(wire.FailurePercentageMinimumHosts, defaults.MinimumHosts),
        RequestVolume = Number(wire.FailurePercentageRequestVolume, defaults.RequestVolume),
        EnforcingPercent = Number(wire.EnforcingFailurePercentage, defaults.EnforcingPercent),
        EnforcingLocalOriginPercent = Number(wire.EnforcingFailurePercentageLocalOrigin, defaults.EnforcingLocalOriginPercent),
    };

    private static int Number(uint? given, int otherwise) => given is { } number ? Values.Clamp(number) : otherwise;
}
