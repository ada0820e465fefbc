using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class BoundedLoadTests
{
    public static TheoryData<BalancerConfig> Kinds =>
    [
        new() { Kind = BalancerKind.RingHash, MinRingSize = 20_000, HashBalanceFactor = 125 },
        new() { Kind = BalancerKind.RingHash, Ketama = true, HashBalanceFactor = 125 },
        new() { Kind = BalancerKind.Maglev, HashBalanceFactor = 125 },
    ];

    [Theory, MemberData(nameof(Kinds))]
    public void No_endpoint_has_more_than_the_factor_allows_however_popular_a_hash_is(BalancerConfig config)
    {
        // Nine of ten requests have one hash. Each request that begins stays; the bound must hold at each step.
        var pool = new Pool(config, Pool.Equal(10));
        for (var i = 0; i < 2000; i++)
        {
            var picked = pool.Pick(i % 10 == 0 ? pool.Random() : 42);
            Assert.InRange(pool.Slots[picked].Active + 1, 1, Math.Ceiling((i + 1) * 1.25 / 10));
            pool.Slots[picked].Active++;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_bound_goes_by_weight(BalancerConfig config)
    {
        var pool = new Pool(config, 1, 2, 5);
        for (var i = 0; i < 800; i++) pool.Slots[pool.Pick(42)].Active++;
        for (var i = 0; i < 3; i++) Assert.InRange(pool.Slots[i].Active, 0, Math.Ceiling(1000.0 * new[] { 1, 2, 5 }[i] / 8));
        Assert.Equal(800, pool.Slots.Sum(slot => slot.Active));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void While_loads_are_below_the_bound_hashes_go_where_they_go_without_it(BalancerConfig config)
    {
        var pool = new Pool(config, Pool.Equal(10));
        foreach (var slot in pool.Slots) slot.Active = 10; // all have the average
        Assert.Equal(new Pool(config with { HashBalanceFactor = 0 }, Pool.Equal(10)).Map(5000), pool.Map(5000));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void What_is_too_much_for_one_goes_to_all_others_and_the_same_hash_to_the_same(BalancerConfig config)
    {
        var pool = new Pool(config, Pool.Equal(10));
        foreach (var slot in pool.Slots) slot.Active = 10;
        var before = pool.Map(5000);
        pool.Slots[3].Active = 20;
        var during = pool.Map(5000);
        Assert.All(before.Zip(during), pair => Assert.True(pair.First == 3 ? pair.Second != 3 : pair.Second == pair.First));
        Assert.Equal(during, pool.Map(5000));
        var takers = before.Zip(during).Where(pair => pair.First == 3).CountBy(pair => pair.Second).ToArray();
        Assert.Equal(9, takers.Length);
        Assert.All(takers, taker => Assert.InRange(taker.Value, 20, 110));
        pool.Slots[3].Active = 10;
        Assert.Equal(before, pool.Map(5000));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_average_is_that_of_the_endpoints_that_are_there(BalancerConfig config)
    {
        var pool = new Pool(config, Pool.Equal(4));
        foreach (var slot in pool.Slots[..2]) slot.Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        for (var i = 0; i < 100; i++) pool.Slots[pool.Pick(42)].Active++;
        Assert.Equal([37, 63], pool.Slots[2..].Select(slot => slot.Active).Order());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Requests_that_end_make_room(BalancerConfig config)
    {
        var pool = new Pool(config, Pool.Equal(10));
        var home = pool.Pick(42);
        pool.Slots[home].Active++;
        Assert.NotEqual(home, pool.Pick(42));
        pool.Slots[home].Active--;
        Assert.Equal(home, pool.Pick(42));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void With_a_factor_of_100_all_have_the_same(BalancerConfig config)
    {
        var pool = new Pool(config with { HashBalanceFactor = 100 }, Pool.Equal(7));
        for (var i = 0; i < 700; i++) pool.Slots[pool.Pick(42)].Active++;
        Assert.All(pool.Slots, slot => Assert.Equal(100, slot.Active));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Choosing_allocates_nothing(BalancerConfig config)
    {
        var pool = new Pool(config, Pool.Equal(10));
        pool.Slots[3].Active = 50;
        Assert.Equal(0, Allocations.Of(() =>
        {
            var slot = pool.Balancer.Pick(new(pool.Random(), true, 1))!;
            slot.Active++;
            slot.Active--;
        }));
    }
}
