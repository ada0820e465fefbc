using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class LeastRequestBalancerTests
{
    private static readonly BalancerConfig Config = new() { Kind = BalancerKind.LeastRequest };

    [Fact]
    public void Of_two_endpoints_the_less_busy_is_always_taken()
    {
        var pool = new Pool(Config, Pool.Equal(2));
        pool.Slots[0].Active = 3;
        pool.Slots[1].Active = 2;
        Assert.Equal(0, pool.Count(1000)[0]);
    }

    [Fact]
    public void Idle_equal_endpoints_share_alike()
    {
        Assert.InRange(Pool.ChiSquare(new Pool(Config, Pool.Equal(2)).Count(100_000), 1, 1), 0, 10.8);
        Assert.InRange(Pool.ChiSquare(new Pool(Config, Pool.Equal(8)).Count(100_000), Pool.Equal(8)), 0, 24.3);
    }

    [Fact]
    public void The_busiest_of_many_is_taken_only_when_drawn_alone()
    {
        // Two draws of ten, both the same: 1 in 100.
        var pool = new Pool(Config, Pool.Equal(10));
        pool.Slots[4].Active = 1;
        Assert.InRange(pool.Count(100_000)[4], 850, 1150);
    }

    [Fact]
    public void More_choices_avoid_busy_endpoints_better()
    {
        var pool = new Pool(Config with { ChoiceCount = 4 }, Pool.Equal(10));
        foreach (var slot in pool.Slots[5..]) slot.Active = 1;
        Assert.InRange(pool.Count(100_000)[5..].Sum(), 5_800, 6_700);
    }

    [Fact]
    public void Idle_weighted_endpoints_share_by_weight()
    {
        Assert.InRange(Pool.ChiSquare(new Pool(Config, 1, 2, 3, 4).Count(100_000), 1, 2, 3, 4), 0, 16.3);
    }

    [Fact]
    public void Loads_settle_in_proportion_to_the_weights()
    {
        // A steady 1000 in flight: each new request is followed by the end of one chosen at random.
        var pool = new Pool(Config, 1, 2, 3, 4);
        var running = new List<int>();
        for (var i = 0; i < 50_000; i++)
        {
            var picked = pool.Pick();
            pool.Slots[picked].Active++;
            running.Add(picked);
            if (running.Count <= 1000) continue;
            var ended = (int)(pool.Random() % 1000);
            pool.Slots[running[ended]].Active--;
            running.RemoveAt(ended);
        }

        for (var i = 0; i < 4; i++) Assert.InRange(pool.Slots[i].Active, 100 * (i + 1) - 25, 100 * (i + 1) + 25);
    }
}
