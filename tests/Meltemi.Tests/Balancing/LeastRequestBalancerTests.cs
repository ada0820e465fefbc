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

    [Fact]
    public void A_full_scan_always_finds_the_least_busy()
    {
        var pool = new Pool(Config with { FullScan = true }, Pool.Equal(10));
        foreach (var slot in pool.Slots) slot.Active = 5;
        pool.Slots[7].Active = 4;
        Assert.Equal(1000, pool.Count(1000)[7]);
        foreach (var slot in pool.Slots) slot.Active = 0;
        Assert.InRange(Pool.ChiSquare(pool.Count(50_000), Pool.Equal(10)), 0, 27.9);
    }

    [Fact]
    public void A_full_scan_of_idle_weighted_endpoints_goes_by_weight() =>
        Assert.InRange(Pool.ChiSquare(new Pool(Config with { FullScan = true }, 1, 2, 3, 4).Count(50_000), 1, 2, 3, 4), 0, 16.3);

    [Theory]
    [InlineData(0, 500, 500)] // requests in flight do not count: the weights' shares
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    public void The_bias_says_how_much_requests_in_flight_count(double bias, int least, int most)
    {
        // One of weight 3 with a request, three of weight 1 without.
        var pool = new Pool(Config with { ActiveRequestBias = bias, FullScan = true }, 3, 1, 1, 1);
        pool.Slots[0].Active = 1;
        Assert.InRange(pool.Count(10_000)[0], least * 10 * 0.95, most * 10 * 1.05);
    }

    [Fact]
    public void A_greater_bias_makes_busy_heavy_endpoints_less_wanted()
    {
        // 8 in flight at weight 4, 1 at weight 1: per weight 2 and 1; by square roots (3 - 1) / 4 = 0.5 and 0.41; by fifth roots 0.14 and 0.15.
        int Heavy(double bias)
        {
            var pool = new Pool(Config with { ActiveRequestBias = bias, FullScan = true }, 4, 1);
            (pool.Slots[0].Active, pool.Slots[1].Active) = (8, 1);
            return pool.Count(100)[0];
        }

        Assert.Equal([0, 0, 100], [Heavy(1), Heavy(0.5), Heavy(0.2)]);
    }
}
