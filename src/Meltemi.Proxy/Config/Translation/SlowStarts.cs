using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using PolicySlowStart = Envoy.Extensions.LoadBalancingPolicies.Common.V3.SlowStartConfig;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>How an endpoint that is new or was unhealthy comes to its share.</summary>
internal static class SlowStarts
{
    /// <summary>From the older fields beside <c>lb_policy</c>; null: at once.</summary>
    public static SlowStartConfig? Translate(Cluster cluster) =>
        (cluster.RoundRobinLbConfig?.SlowStartConfig ?? cluster.LeastRequestLbConfig?.SlowStartConfig) is { } wire
            ? New(wire.SlowStartWindow, wire.Aggression, wire.MinWeightPercent)
            : null;

    /// <summary>From a <c>load_balancing_policy</c>; null: at once.</summary>
    public static SlowStartConfig? Translate(PolicySlowStart? wire) =>
        wire is null ? null : New(wire.SlowStartWindow, wire.Aggression, wire.MinWeightPercent);

    private static SlowStartConfig New(Duration window, RuntimeDouble? aggression, Percent? least)
    {
        var config = new SlowStartConfig { Window = Values.Span(window) };
        return config with
        {
            Aggression = aggression is { DefaultValue: > 0 } given ? given.DefaultValue : config.Aggression,
            MinWeightPercent = least?.Value ?? config.MinWeightPercent,
        };
    }
}
