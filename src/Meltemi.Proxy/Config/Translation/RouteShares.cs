using System.Collections.Immutable;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>The weighted clusters of a route.</summary>
internal static class RouteShares
{
    public static ImmutableArray<WeightedCluster> Translate(
        Envoy.Config.Route.V3.WeightedCluster weighted, LbMetadata? subset, TranslationContext context, string path, bool required = false)
    {
        // A single cluster needs no weight; among several, none means no traffic.
        var single = weighted.Clusters.Count == 1;
        var shares = weighted.Clusters.Select(cluster => new WeightedCluster(cluster.Name, cluster.Weight ?? (single ? 1u : 0u))
        {
            Subset = Merge(subset, Subsets.MetadataOf(cluster.MetadataMatch)),
        });
        var clusters = Shares.Translate(shares, context, path, required);
        var total = clusters.Aggregate(0ul, (sum, cluster) => sum + cluster.Weight);
        if (weighted.TotalWeight is { } said && said != total)
            context.Problems.Warning(
                $"{path}.total_weight", $"the weights add up to {total}, not to {said}; they count as shares of {total}");
        return clusters;
    }

    /// <summary>What a route says, and over it what its share says.</summary>
    private static LbMetadata? Merge(LbMetadata? route, LbMetadata? share) => route is null ? share : route.With(share);

    /// <summary>The attribute whose number decides rather than chance; null: there is none.</summary>
    public static string? NumberOf(Envoy.Config.Route.V3.WeightedCluster? weighted) => weighted is { HasHeaderName: true } ? weighted.HeaderName : null;

    /// <summary>Whether the route's hash decides rather than chance.</summary>
    public static bool AreByHash(Envoy.Config.Route.V3.WeightedCluster? weighted, int hashPolicies, TranslationContext context, string path)
    {
        if (weighted?.UseHashPolicy != true) return false;
        if (hashPolicies == 0) context.Problems.Warning($"{path}.use_hash_policy", "no effect: the route has no hash_policy");
        return hashPolicies > 0;
    }
}
