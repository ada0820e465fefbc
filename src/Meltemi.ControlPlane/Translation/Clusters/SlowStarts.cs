using Envoy.Config.Cluster.V3;
using Meltemi.Resources.Istio;
using SlowStartConfig = Envoy.Config.Cluster.V3.Cluster.Types.SlowStartConfig;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>How a new endpoint comes to its share, for the balancers that have that.</summary>
internal static class SlowStarts
{
    /// <summary>Sets it; <paramref name="cluster"/> has its balancer already.</summary>
    public static void Apply(LoadBalancerSettings? settings, Cluster cluster)
    {
        if ((settings?.Warmup?.Duration ?? settings?.WarmupDurationSecs) is not { } window || window.ToTimeSpan() <= TimeSpan.Zero) return;
        var slowStart = new SlowStartConfig
        {
            SlowStartWindow = window,
            Aggression = settings?.Warmup?.Aggression is { } aggression ? new() { DefaultValue = aggression } : null,
            MinWeightPercent = settings?.Warmup?.MinimumPercent is { } least ? new() { Value = least } : null,
        };
        if (cluster.LbPolicy == Cluster.Types.LbPolicy.RoundRobin) cluster.RoundRobinLbConfig = new() { SlowStartConfig = slowStart };
        else if (cluster.LbPolicy == Cluster.Types.LbPolicy.LeastRequest) cluster.LeastRequestLbConfig = new() { SlowStartConfig = slowStart };
    }
}
