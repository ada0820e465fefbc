using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Tests.Balancing.HostSets;

public class ZoneTests
{
    private const int Picks = 20_000;

    private static readonly BalancerConfig Zoned = new() { Localities = new ZoneAware() };

    public static TheoryData<int[], int[]> Layouts => new()
    {
        { [4, 4, 4], [1, 1, 1] },
        { [2, 4, 6], [1, 1, 1] },
        { [1, 10, 1], [3, 3, 3] },
        { [5, 5, 0], [1, 1, 4] },
        { [8, 2, 2], [1, 5, 2] },
    };

    [Theory, MemberData(nameof(Layouts))]
    public void Seen_from_all_proxies_together_all_endpoints_get_the_same_and_nothing_more_stays_than_is_fair(int[] endpoints, int[] proxies)
    {
        var received = new double[endpoints.Length];
        for (var zone = 0; zone < proxies.Length; zone++)
        {
            var shares = Shares(endpoints, proxies, zone);
            for (var to = 0; to < received.Length; to++) received[to] += shares[to] * proxies[zone] / proxies.Sum();
            if (endpoints[zone] == 0) continue; // nothing to stay for
            var fair = Math.Min(1, endpoints[zone] / (double)endpoints.Sum() / (proxies[zone] / (double)proxies.Sum()));
            Assert.InRange(shares[zone], fair - 0.012, fair + 0.012);
        }

        for (var to = 0; to < received.Length; to++)
        {
            // A zone without endpoints sends everywhere alike, so that the others may get a little more than their part.
            var part = endpoints[to] / (double)endpoints.Sum();
            Assert.InRange(received[to], part - 0.02, part + (endpoints.Contains(0) ? 0.2 : 0.02));
        }
    }

    [Fact]
    public void When_the_own_place_loses_endpoints_more_requests_leave_it()
    {
        var (balancer, endpoints) = Build([4, 4, 4], [1, 1, 1], own: 0, Zoned);
        Assert.Equal(1, Shares(balancer, endpoints, 3)[0], 9);

        // 2 of 10 are a fifth, and the own proxies are a third: three fifths stay.
        foreach (var endpoint in endpoints.Where(one => one.Place.Locality.Zone == "z0").Take(2)) endpoint.Health.Set(HealthFlags.ToldDraining, true);
        Assert.InRange(Shares(balancer, endpoints, 3)[0], 0.585, 0.615);
        foreach (var endpoint in endpoints.Where(one => one.Place.Locality.Zone == "z0")) endpoint.Health.Set(HealthFlags.ToldDraining, true);
        Assert.Equal(0, Shares(balancer, endpoints, 3)[0]);
    }

    [Fact]
    public void When_the_proxies_change_so_do_the_shares()
    {
        var peers = Peers([1, 1, 1]);
        var (balancer, endpoints) = Build([4, 4, 4], own: 0, Zoned, () => peers);
        Assert.Equal(1, Shares(balancer, endpoints, 3)[0], 9);
        peers = Peers([4, 1, 1]);
        Assert.InRange(Shares(balancer, endpoints, 3)[0], 0.485, 0.515);
    }

    [Theory]
    [InlineData(100, 13, 0, 1 / 3.0)] // too few endpoints
    [InlineData(50, 6, 0, 2 / 3.0)] // half of the requests anywhere
    [InlineData(100, 6, 0, 1.0)]
    public void The_policy_says_when_and_how_much(double percent, int min, int force, double own)
    {
        var shares = Shares([4, 4, 4], [1, 1, 1], 0, new ZoneAware(percent, min, force));
        Assert.InRange(shares[0], own - 0.015, own + 0.015);
    }

    [Fact]
    public void Everything_may_be_made_to_stay()
    {
        Assert.InRange(Shares([2, 8], [1, 1], 0, new ZoneAware())[0], 0.385, 0.415);
        Assert.Equal(1, Shares([2, 8], [1, 1], 0, new ZoneAware(ForceFrom: 2))[0], 9);
        Assert.InRange(Shares([2, 8], [1, 1], 0, new ZoneAware(ForceFrom: 3))[0], 0.385, 0.415);
    }

    [Fact]
    public void Without_knowing_where_the_proxies_are_requests_go_anywhere()
    {
        var (balancer, endpoints) = Build([4, 4, 4], own: 0, Zoned, () => null);
        Assert.InRange(Shares(balancer, endpoints, 3)[0], 0.32, 0.35);
        Assert.InRange(Shares([4, 4, 4], [0, 1, 1], 0)[0], 0.32, 0.35); // the own one is not among them
    }

    [Fact]
    public void Choosing_allocates_nothing_even_when_everything_is_counted_anew()
    {
        var peers = Peers([2, 1, 1]);
        var (balancer, endpoints) = Build([4, 4, 4], own: 0, Zoned, () => peers);
        ulong random = 1;
        Assert.Equal(0, Allocations.Of(() =>
        {
            endpoints[0].Health.Set(HealthFlags.Ejected, !endpoints[0].Unavailable);
            balancer.Pick(new(0, false, Bits.Next(ref random)));
        }));
    }

    private static double[] Shares(int[] endpoints, int[] proxies, int own, ZoneAware? policy = null)
    {
        var (balancer, all) = Build(endpoints, proxies, own, Zoned with { Localities = policy ?? new ZoneAware() });
        return Shares(balancer, all, endpoints.Length);
    }

    private static double[] Shares(Balancer balancer, Endpoint[] endpoints, int zones)
    {
        var shares = new double[zones];
        ulong random = 99;
        for (var i = 0; i < Picks; i++)
            shares[int.Parse(balancer.Pick(new(0, false, Bits.Next(ref random)))!.Endpoint.Place.Locality.Zone[1..])] += 1.0 / Picks;
        return shares;
    }

    private static (Balancer Balancer, Endpoint[] Endpoints) Build(int[] endpoints, int[] proxies, int own, BalancerConfig config)
    {
        var peers = Peers(proxies);
        return Build(endpoints, own, config, () => peers);
    }

    private static (Balancer Balancer, Endpoint[] Endpoints) Build(int[] endpoints, int own, BalancerConfig config, Func<EndpointSet?> peers)
    {
        var all = In(endpoints);
        var set = new EndpointSet([.. all], config);
        var balancer = BalancerFactory.Create(set, [.. all.Select(endpoint => new EndpointSlot(endpoint))], 1, new(new("r", $"z{own}"), peers));
        return (balancer, all);
    }

    private static EndpointSet Peers(int[] proxies) => new([.. In(proxies)], new());

    private static Endpoint[] In(int[] zones) =>
        [.. zones.SelectMany((count, zone) => Enumerable.Repeat(zone, count)).Select((zone, i) => new Endpoint(new IPEndPoint(IPAddress.Loopback, i + 1))
        {
            Place = new(new("r", $"z{zone}")),
        })];
}
