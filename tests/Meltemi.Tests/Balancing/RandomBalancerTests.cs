using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class RandomBalancerTests
{
    private static readonly BalancerConfig Config = new() { Kind = BalancerKind.Random };

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 3, 4, 5, 6, 7, 100)]
    public void Endpoints_are_picked_by_weight(params int[] weights)
    {
        // The limit is exceeded once in a thousand by chance, with 7 degrees of freedom; the seed is fixed.
        var shares = Array.ConvertAll(weights, weight => (uint)weight);
        Assert.InRange(Pool.ChiSquare(new Pool(Config, shares).Count(100_000), shares), 0, 24.3);
    }

    [Fact]
    public void The_load_of_an_unavailable_endpoint_spreads_by_weight()
    {
        var pool = new Pool(Config, 6, 1, 2, 3);
        pool.Slots[0].Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        Assert.InRange(Pool.ChiSquare(pool.Count(60_000)[1..], 1, 2, 3), 0, 13.8);
    }

    public static TheoryData<uint[]> Weights() => [[1], [1, 1], [3, 5, 7, 11, 13], [1, 4_000_000_000], [0xFFFFFFFF, 0xFFFFFFFF, 1]];

    [Theory, MemberData(nameof(Weights))]
    public void The_alias_table_gives_every_index_exactly_its_share_of_the_number_line(uint[] weights)
    {
        var table = new AliasTable(weights);
        const int Points = 1 << 18;
        var counts = new int[weights.Length];
        for (var i = 0UL; i < Points; i++) counts[table.Pick((i << 46) + (1UL << 45))]++;
        var total = weights.Sum(weight => (double)weight);
        for (var i = 0; i < weights.Length; i++) Assert.InRange(counts[i] - Points * (weights[i] / total), -10, 10);
    }
}
