using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class AnyBalancerTests
{
    public static TheoryData<BalancerConfig, uint[]> All()
    {
        var data = new TheoryData<BalancerConfig, uint[]>();
        foreach (var kind in Enum.GetValues<BalancerKind>())
        {
            data.Add(new() { Kind = kind }, [1, 1, 1, 1, 1]);
            data.Add(new() { Kind = kind }, [5, 1, 20, 1, 3]);
        }

        data.Add(new() { Kind = BalancerKind.RingHash, Ketama = true }, [1, 1, 1, 1, 1]);
        data.Add(new() { Kind = BalancerKind.Maglev, HashBalanceFactor = 150 }, [1, 1, 1, 1, 1]);
        data.Add(new() { Kind = BalancerKind.RingHash, HashBalanceFactor = 150 }, [5, 1, 20, 1, 3]);
        data.Add(new() { Kind = BalancerKind.LeastRequest, FullScan = true }, [5, 1, 20, 1, 3]);
        data.Add(new() { Kind = BalancerKind.LeastRequest, ActiveRequestBias = 0.5 }, [5, 1, 20, 1, 3]);
        return data;
    }

    [Theory, MemberData(nameof(All))]
    public void An_unavailable_endpoint_is_passed_over_until_it_is_back(BalancerConfig config, uint[] weights)
    {
        var pool = new Pool(config, weights);
        pool.Slots[2].Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        pool.Slots[0].Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        var counts = pool.Count(2000);
        Assert.Equal(0, counts[0] + counts[2]);
        Assert.All([1, 3, 4], i => Assert.InRange(counts[i], 50, 1900));

        pool.Slots[2].Endpoint.Health.Set(HealthFlags.ToldDraining, false);
        Assert.InRange(pool.Count(2000)[2], 100, 2000);
    }

    [Theory, MemberData(nameof(All))]
    public void The_only_endpoint_left_gets_everything(BalancerConfig config, uint[] weights)
    {
        for (var left = 0; left < weights.Length; left++)
        {
            var pool = new Pool(config, weights);
            foreach (var slot in pool.Slots) slot.Endpoint.Health.Set(HealthFlags.ToldDraining, slot != pool.Slots[left]);
            Assert.Equal(200, pool.Count(200)[left]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void There_is_none_if_all_are_unavailable_or_there_are_none(BalancerConfig config, uint[] weights)
    {
        var pool = new Pool(config, weights);
        foreach (var slot in pool.Slots) slot.Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        Assert.Equal(-1, pool.Pick());
        Assert.Equal(-1, pool.Pick(42));
        Assert.Null(new Pool(config).Balancer.Pick(new(0, false, 1)));
    }

    [Theory, MemberData(nameof(All))]
    public void One_endpoint_among_thousands_is_still_found(BalancerConfig config, uint[] weights)
    {
        var pool = new Pool(config, [.. Enumerable.Repeat(weights, 400).SelectMany(some => some)]);
        foreach (var slot in pool.Slots) slot.Endpoint.Health.Set(HealthFlags.ToldDraining, slot != pool.Slots[1234]);
        Assert.Equal(20, pool.Count(20)[1234]);
    }

    [Theory, MemberData(nameof(All))]
    public void Picking_allocates_nothing(BalancerConfig config, uint[] weights)
    {
        var pool = new Pool(config, weights);
        pool.Slots[1].Endpoint.Health.Set(HealthFlags.ToldDraining, true);
        ulong random = 5;
        Assert.Equal(0, Allocations.Of(() => pool.Balancer.Pick(new(random, (random & 1) == 0, Proxy.Hashing.Bits.Next(ref random)))));
    }

    [Fact]
    public void Slots_must_be_those_of_the_set()
    {
        var set = new EndpointSet([new(new IPEndPoint(IPAddress.Loopback, 1))], new());
        Assert.Throws<ArgumentException>(() => BalancerFactory.Create(set, [], 0));
    }
}
