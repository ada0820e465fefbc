using System.Collections.Immutable;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Clusters with weights, of whatever filter.</summary>
internal static class Shares
{
    /// <summary>Most that weights may add up to, so that sums fit 32 bits.</summary>
    private const ulong MaxTotal = uint.MaxValue;

    /// <param name="path">Path of the message that holds <c>clusters</c>.</param>
    public static ImmutableArray<WeightedCluster> Translate(
        IEnumerable<WeightedCluster> shares, TranslationContext context, string path, bool required = false)
    {
        var clusters = ImmutableArray.CreateBuilder<WeightedCluster>();
        ulong total = 0;
        foreach (var share in shares)
        {
            context.ClusterReferences.Add(new($"{path}.clusters[{clusters.Count}].name", share.Name, required));
            clusters.Add(share);
            total += share.Weight;
        }

        if (clusters.Count > 0 && total == 0) context.Problems.Error($"{path}.clusters", "all weights are 0");
        if (total > MaxTotal) context.Problems.Error($"{path}.clusters", $"the weights add up to {total}, which is more than {MaxTotal}");
        return clusters.ToImmutable();
    }
}
