using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Routing;

/// <summary>A weighted choice among clusters, as indexes into a list of names. Immutable.</summary>
public sealed class ClusterChoice
{
    private readonly int[] _clusters;
    private readonly LbMetadata?[] _subsets;
    private readonly ulong[] _ends;
    private readonly ulong _total;

    /// <summary>Compiles weights; clusters with weight 0 are left out.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="indexOf">Gives each name its index.</param>
    /// <exception cref="ArgumentException">No cluster has a weight above 0.</exception>
    public ClusterChoice(IReadOnlyList<WeightedCluster> clusters, Func<string, int> indexOf)
    {
        var weighted = clusters.Where(cluster => cluster.Weight > 0).ToArray();
        if (weighted.Length == 0) throw new ArgumentException("no cluster has a weight above 0", nameof(clusters));
        _clusters = Array.ConvertAll(weighted, cluster => indexOf(cluster.Name));
        _subsets = Array.ConvertAll(weighted, cluster => cluster.Subset);
        _ends = new ulong[weighted.Length];
        for (var i = 0; i < weighted.Length; i++) _ends[i] = _total += weighted[i].Weight;
    }

    /// <summary>Index of a cluster.</summary>
    /// <param name="random">Fresh random bits.</param>
    public int Pick(ulong random) => Pick(random, out _);

    /// <summary>Index of a cluster, and which of its endpoints.</summary>
    /// <param name="random">Fresh random bits.</param>
    /// <param name="subset">What the endpoints must have; null: nothing is said.</param>
    public int Pick(ulong random, out LbMetadata? subset)
    {
        var i = 0;
        if (_clusters.Length > 1)
        {
            var point = Bits.Scale(random, _total);
            while (point >= _ends[i]) i++;
        }

        subset = _subsets[i];
        return _clusters[i];
    }
}
