using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class RoundRobinBalancerTests
{
    [Fact]
    public void Equal_endpoints_take_strict_turns()
    {
        var pool = new Pool(new(), Pool.Equal(5));
        var first = pool.Pick();
        for (var i = 1; i < 100; i++) Assert.Equal((first + i) % 5, pool.Pick());
    }

    [Fact]
    public void Loops_start_at_different_places()
    {
        var endpoints = Array.ConvertAll(new Pool(new(), Pool.Equal(8)).Slots, slot => slot.Endpoint);
        var firsts = Enumerable.Range(0, 100).Select(seed => new Pool(new(), endpoints, (ulong)seed).Pick());
        Assert.Equal(8, firsts.Distinct().Count());
    }

    [Theory]
    [InlineData(5, 1, 1)]
    [InlineData(1, 2, 3, 4, 90)]
    [InlineData(1000, 999, 1)]
    public void Weighted_endpoints_get_their_shares_in_every_stretch(params int[] weights)
    {
        var shares = Array.ConvertAll(weights, weight => (double)weight / weights.Sum());
        var pool = new Pool(new(), Array.ConvertAll(weights, weight => (uint)weight));
        var counts = new int[weights.Length];
        for (var picks = 1; picks <= 5000; picks++)
        {
            counts[pool.Pick()]++;
            for (var i = 0; i < counts.Length; i++) Assert.InRange(counts[i] - picks * shares[i], -2.0, 2.0);
        }
    }

    [Fact]
    public void Weighted_turns_are_spread_not_bunched()
    {
        var pool = new Pool(new(), 3, 1, 1, 1);
        var picks = Enumerable.Range(0, 600).Select(_ => pool.Pick()).ToArray();
        var longestRun = 0;
        for (int i = 0, run = 0; i < picks.Length; i++) longestRun = Math.Max(longestRun, run = picks[i] == 0 ? run + 1 : 0);
        Assert.InRange(longestRun, 1, 2);
    }

    [Fact]
    public void Weighted_loops_do_not_march_in_step()
    {
        var endpoints = Array.ConvertAll(new Pool(new(), 1, 2, 3, 4, 5).Slots, slot => slot.Endpoint);
        var starts = Enumerable.Range(0, 50).Select(seed =>
        {
            var pool = new Pool(new(), endpoints, (ulong)seed);
            return string.Join(' ', Enumerable.Range(0, 5).Select(_ => pool.Pick()));
        });
        Assert.InRange(starts.Distinct().Count(), 10, 50);
    }

    [Fact]
    public void Shares_stay_exact_over_millions_of_picks()
    {
        // Far enough for virtual time to be set back.
        var pool = new Pool(new(), 1, 3);
        var light = 0;
        for (var i = 0; i < 5_000_000; i++) light += pool.Balancer.Pick(default) == pool.Slots[0] ? 1 : 0;
        Assert.InRange(light, 1_250_000 - 2, 1_250_000 + 2);
    }

    [Fact]
    public void The_others_keep_their_proportions_while_a_heavy_one_is_away()
    {
        var pool = new Pool(new(), 1000, 3, 1);
        pool.Slots[0].Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        var counts = pool.Count(4000);
        Assert.InRange(counts[1], 2998, 3002);
    }
}
