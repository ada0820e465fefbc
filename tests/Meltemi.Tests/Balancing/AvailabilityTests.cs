using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

/// <summary>Which endpoints get requests when some are in bad health, leaving or warming up.</summary>
public class AvailabilityTests
{
    public static TheoryData<BalancerKind> Kinds => [.. Enum.GetValues<BalancerKind>()];

    [Theory]
    [InlineData(HealthFlags.ToldUnhealthy)]
    [InlineData(HealthFlags.FailedCheck)]
    [InlineData(HealthFlags.Ejected)]
    public void Half_of_the_endpoints_carry_the_load_of_the_others_and_fewer_than_half_share_it_with_them(HealthFlags reason)
    {
        var pool = new Pool(new BalancerConfig(), Pool.Equal(4));
        Raise(pool, reason, 0, 1);
        Assert.Equal([0, 0, 50, 50], pool.Count(100));
        Raise(pool, reason, 2);
        Assert.Equal([25, 25, 25, 25], pool.Count(100));
        pool.Slots[2].Endpoint.Health.Set(reason, false);
        Assert.Equal([0, 0, 50, 50], pool.Count(100));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_balancer_panics(BalancerKind kind)
    {
        var pool = new Pool(new BalancerConfig { Kind = kind }, Pool.Equal(10));
        Raise(pool, HealthFlags.Ejected, 0, 1, 2, 3, 4, 5);
        Assert.All(pool.Count(2000), count => Assert.True(count > 0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_a_threshold_the_last_healthy_one_carries_everything_and_then_there_is_none(BalancerKind kind)
    {
        var pool = new Pool(new BalancerConfig { Kind = kind, PanicPercent = 0 }, Pool.Equal(10));
        Raise(pool, HealthFlags.FailedCheck, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        Assert.Equal(500, pool.Count(500)[9]);
        Raise(pool, HealthFlags.FailedCheck, 9);
        Assert.Equal(-1, pool.Pick());
    }

    [Fact]
    public void Those_that_are_leaving_are_not_used_in_panic_and_do_not_bring_it_about()
    {
        var pool = new Pool(new BalancerConfig(), Pool.Equal(6));
        Raise(pool, HealthFlags.ToldDraining, 0, 1);
        pool.Slots[2].Endpoint.Health.GoAway(1);
        pool.Slots[2].Endpoint.Health.GoAway(1);
        Raise(pool, HealthFlags.Ejected, 3);
        Assert.Equal([0, 0, 0, 0, 50, 50], pool.Count(100));
        Raise(pool, HealthFlags.Ejected, 4);
        Assert.Equal([0, 0, 0, 33, 33, 33], pool.Count(99));

        pool.Slots[2].Endpoint.Health.GoAway(-1);
        Assert.Equal(0, pool.Count(100)[2]);
        pool.Slots[2].Endpoint.Health.GoAway(-1);
        Assert.Equal([0, 0, 50, 0, 0, 50], pool.Count(100));
    }

    [Theory]
    [InlineData(BalancerKind.RoundRobin)]
    [InlineData(BalancerKind.LeastRequest)]
    [InlineData(BalancerKind.Random)]
    public void One_that_warms_up_gets_its_share_of_its_turns(BalancerKind kind)
    {
        var pool = new Pool(new BalancerConfig { Kind = kind, SlowStart = new() { Window = TimeSpan.FromMinutes(1) } }, Pool.Equal(8));
        pool.Slots[0].Endpoint.Health.Warm(0.25);
        var counts = pool.Count(29_000);
        // A quarter of a turn in a round of 7.25.
        Assert.InRange(counts[0], 850, 1150);
        Assert.All(counts[1..], count => Assert.InRange(count, 3700, 4300));
        pool.Slots[0].Endpoint.Health.Warm(1);
        Assert.InRange(pool.Count(8000)[0], 880, 1120);
    }

    [Theory]
    [InlineData(BalancerKind.RoundRobin, false)]
    [InlineData(BalancerKind.RoundRobin, true)]
    [InlineData(BalancerKind.LeastRequest, false)]
    [InlineData(BalancerKind.Random, false)]
    public void When_all_warm_up_none_waits_and_they_share_evenly(BalancerKind kind, bool weighted)
    {
        var config = new BalancerConfig { Kind = kind, SlowStart = new() { Window = TimeSpan.FromMinutes(1) } };
        var pool = weighted ? new Pool(config, 100, 101) : new Pool(config, 1, 1);
        foreach (var slot in pool.Slots) slot.Endpoint.Health.Warm(0.1);
        Assert.All(pool.Count(2000), count => Assert.InRange(count, 850, 1150));
    }

    private static void Raise(Pool pool, HealthFlags reason, params int[] endpoints)
    {
        foreach (var endpoint in endpoints) pool.Slots[endpoint].Endpoint.Health.Set(reason, true);
    }
}
