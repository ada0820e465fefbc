using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Routing;

/// <summary>A weighted choice among clusters, as indexes into a list of names: by chance, or always the same for the same hash. Immutable.</summary>
public sealed class ClusterChoice
{
    private readonly int[] _clusters;
    private readonly LbMetadata?[] _subsets;
    private readonly ulong[] _ends;
    private readonly ulong[] _salts;
    private readonly double[] _weights;
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
        _salts = Array.ConvertAll(weighted, cluster => XxHash64.Hash($"{cluster.Name}{cluster.Subset}"));
        _weights = Array.ConvertAll(weighted, cluster => (double)cluster.Weight);
        _ends = new ulong[weighted.Length];
        for (var i = 0; i < weighted.Length; i++) _ends[i] = _total += weighted[i].Weight;
    }

    /// <summary>Index of a cluster.</summary>
    /// <param name="random">Fresh random bits.</param>
    public int Pick(ulong random) => Pick(random, out _);

    /// <summary>Index of a cluster, and which of its endpoints.</summary>
    /// <param name="random">Fresh random bits.</param>
    /// <param name="subset">What the endpoints must have; null: nothing is said.</param>
    public int Pick(ulong random, out LbMetadata? subset) => At(_clusters.Length > 1 ? Bits.Scale(random, _total) : 0, out subset);

    /// <summary>Index of the cluster of a number: modulo the sum of the weights it falls into one cluster's stretch, in their order.</summary>
    /// <param name="number">Such as one that a proxy before this one has drawn.</param>
    /// <param name="subset">What the endpoints must have; null: nothing is said.</param>
    public int PickByNumber(ulong number, out LbMetadata? subset) => At(number % _total, out subset);

    private int At(ulong point, out LbMetadata? subset)
    {
        var i = 0;
        while (point >= _ends[i]) i++;
        subset = _subsets[i];
        return _clusters[i];
    }

    /// <summary>
    /// Index of the cluster of a hash, by weighted rendezvous: each cluster draws an exponential number from the hash and its own name, divided by its
    /// weight, and the lowest wins. So a weight that grows takes hashes from the others and gives none away, in whatever order the clusters stand,
    /// and what shares the hashes of one cluster among its endpoints finds them evenly spread.
    /// </summary>
    /// <param name="hash">Of whatever is to stay together.</param>
    /// <param name="subset">What the endpoints must have; null: nothing is said.</param>
    public int PickByHash(ulong hash, out LbMetadata? subset)
    {
        var best = 0;
        var lowest = double.PositiveInfinity;
        for (var i = 0; i < _clusters.Length; i++)
        {
            var state = hash ^ _salts[i];
            var drawn = Bits.Exponential(Bits.Next(ref state)) / _weights[i];
            if (drawn >= lowest) continue;
            lowest = drawn;
            best = i;
        }

        subset = _subsets[best];
        return _clusters[best];
    }
}
