using Envoy.Config.Cluster.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Clusters whose clients say where they go.</summary>
internal static class OriginalDestinations
{
    public static OriginalDestinationConfig Translate(Cluster cluster, TranslationContext context, string path)
    {
        if (cluster.LoadBalancingPolicy is null && cluster.LbPolicy != Cluster.Types.LbPolicy.ClusterProvided)
            context.Problems.Error($"{path}.lb_policy", "a cluster of type ORIGINAL_DST needs CLUSTER_PROVIDED: there is nothing to choose");
        var defaults = new OriginalDestinationConfig();
        return new()
        {
            Port = (int?)cluster.OriginalDstLbConfig?.UpstreamPortOverride,
            CleanupInterval = cluster.CleanupInterval is { } interval ? Values.Span(interval) : defaults.CleanupInterval,
        };
    }
}
