using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;
using Meltemi.Proxy.Routing;

namespace Meltemi.Tests.Routing;

/// <summary>Shares of clusters, by the hash of who asks.</summary>
public class ClusterChoiceTests
{
    private const int Users = 20_000;

    private static readonly ulong[] Hashes = [.. Enumerable.Range(0, Users).Select(user => XxHash64.Hash($"user-{user}"))];

    [Fact]
    public void While_a_canary_grows_users_only_move_to_it_and_each_once()
    {
        var before = Assign(("v1", 100), ("v2", 0));
        Assert.All(before, version => Assert.Equal("v1", version));
        for (uint weight = 1; weight <= 100; weight++)
        {
            var now = Assign(("v1", 100 - weight), ("v2", weight));
            for (var i = 0; i < Users; i++) Assert.False(before[i] == "v2" && now[i] == "v1");
            AssertShare(weight / 100.0, now.Count(version => version == "v2"));
            before = now;
        }

        Assert.All(before, version => Assert.Equal("v2", version));
    }

    [Fact]
    public void A_version_more_takes_from_all_others_and_moves_nobody_between_them()
    {
        var before = Assign(("v1", 60), ("v2", 40));
        var now = Assign(("v1", 60), ("v3", 25), ("v2", 40));
        for (var i = 0; i < Users; i++) Assert.True(now[i] == before[i] || now[i] == "v3");
        AssertShare(0.2, now.Count(version => version == "v3"));
    }

    [Fact]
    public void The_order_of_the_clusters_means_nothing() =>
        Assert.Equal(Assign(("v1", 70), ("v2", 20), ("v3", 10)), Assign(("v3", 10), ("v1", 70), ("v2", 20)));

    [Fact]
    public void What_is_shared_further_by_the_same_hash_is_still_even()
    {
        var versions = Assign(("v1", 90), ("v2", 10));
        var halves = Hashes.Where((_, i) => versions[i] == "v2").Select(hash => hash >> 63).ToList();
        Assert.InRange(halves.Count(half => half == 0), halves.Count * 0.45, halves.Count * 0.55);
    }

    private static string[] Assign(params (string Name, uint Weight)[] clusters)
    {
        var names = clusters.Select(cluster => cluster.Name).ToList();
        var choice = new ClusterChoice([.. clusters.Select(cluster => new WeightedCluster(cluster.Name, cluster.Weight))], names.IndexOf);
        return Array.ConvertAll(Hashes, hash => names[choice.PickByHash(hash, out _)]);
    }

    // Four standard deviations.
    private static void AssertShare(double share, int count) =>
        Assert.InRange(count, Users * share - 4 * Math.Sqrt(Users * share * (1 - share)), Users * share + 4 * Math.Sqrt(Users * share * (1 - share)));
}
