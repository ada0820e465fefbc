using System.Collections.Immutable;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Clusters with weights, of whatever filter.</summary>
internal static class Shares
{
    /// <summary>Most that weights may add up to, so that sums fit 32 bits.</summary>
    private const ulong MaxTotal = uint.MaxValue;

    /// <param name="path">Path of the message that holds <c>clusters</c>.</param>
    public static ImmutableArray<WeightedCluster> Translate(
        IEnumerable<(string Name, uint Weight)> shares, TranslationContext context, string path, bool required = false)
    {
        var clusters = ImmutableArray.CreateBuilder<WeightedCluster>();
        ulong total = 0;
        foreach (var (name, weight) in shares)
        {
            context.ClusterReferences.Add(($"{path}.clusters[{clusters.Count}].name", name, required));
            clusters.Add(new(name, weight));
            total += weight;
        }

        if (clusters.Count > 0 && total == 0) context.Problems.Error($"{path}.clusters", "all weights are 0");
        if (total > MaxTotal) context.Problems.Error($"{path}.clusters", $"the weights add up to {total}, which is more than {MaxTotal}");
        return clusters.ToImmutable();
    }
}
