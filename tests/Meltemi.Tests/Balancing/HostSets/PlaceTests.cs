using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing.HostSets;

public class PlaceTests
{
    private const int Picks = 20_000;

    private static readonly BalancerConfig Weighted = new() { Localities = new WeightedLocalities() };

    public static TheoryData<BalancerKind> Kinds => [.. Enum.GetValues<BalancerKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public void Places_share_by_their_weights_however_many_endpoints_they_have(BalancerKind kind)
    {
        var hosts = new Hosts().Add(1, zone: "a", weight: 60).Add(5, zone: "b", weight: 30).Add(4, zone: "c", weight: 10)
            .Build(Weighted with { Kind = kind, MinRingSize = 20_000 });
        var shares = hosts.Shares(Picks, "0/a", "0/b", "0/c");
        Assert.InRange(shares[0], 0.57, 0.63);
        Assert.InRange(shares[1], 0.27, 0.33);
        Assert.InRange(shares[2], 0.08, 0.12);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Without_the_policy_weights_of_places_mean_nothing(BalancerKind kind)
    {
        var hosts = new Hosts().Add(1, zone: "a", weight: 60).Add(3, zone: "b", weight: 1).Build(new() { Kind = kind, MinRingSize = 20_000 });
        Assert.InRange(hosts.Shares(Picks, "0/a")[0], 0.22, 0.28);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_place_without_a_weight_gets_nothing_if_others_have_one(BalancerKind kind)
    {
        var hosts = new Hosts().Add(2, zone: "a").Add(2, zone: "b", weight: 1).Build(Weighted with { Kind = kind });
        Assert.Equal(0, hosts.Shares(1000, "0/a")[0]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void If_no_place_has_a_weight_endpoints_are_alike(BalancerKind kind)
    {
        var hosts = new Hosts().Add(1, zone: "a").Add(3, zone: "b").Build(Weighted with { Kind = kind, MinRingSize = 20_000 });
        Assert.InRange(hosts.Shares(Picks, "0/a")[0], 0.22, 0.28);
    }

    [Fact]
    public void A_place_keeps_its_share_until_fewer_than_its_factor_covers_are_there()
    {
        var hosts = new Hosts().Add(10, zone: "a", weight: 1).Add(10, zone: "b", weight: 1).Build(Weighted);
        hosts.Fail("0/a", 2);
        Assert.InRange(hosts.Shares(Picks, "0/a")[0], 0.485, 0.515);

        // Half of the endpoints bear 0.7 of the weight: 0.7 / 1.7.
        hosts.Fail("0/a", 5);
        Assert.InRange(hosts.Shares(Picks, "0/a")[0], 0.397, 0.427);
        hosts.Fail("0/a", 10);
        Assert.Equal(0, hosts.Shares(Picks, "0/a")[0]);
    }

    [Fact]
    public void Weights_of_endpoints_count_within_their_place()
    {
        var hosts = new Hosts().Add(1, zone: "a", weight: 1, each: 3).Add(1, zone: "a", weight: 1).Add(2, zone: "b", weight: 1).Build(Weighted);
        var counts = Array.ConvertAll(hosts.Slots, _ => 0);
        for (var i = 0; i < Picks; i++) counts[Array.IndexOf(hosts.Slots, hosts.Balancer.Pick(new(0, false, hosts.Random())))]++;
        Assert.InRange(counts[0] / (double)Picks, 0.36, 0.39);
        Assert.InRange(counts[1] / (double)Picks, 0.115, 0.135);
    }

    [Fact]
    public void Places_count_within_their_priority()
    {
        var hosts = new Hosts().Add(2, 0, "a", 9).Add(2, 0, "b", 1).Add(2, 1, "c", 1).Add(2, 1, "d", 3).Build(Weighted);
        Assert.InRange(hosts.Shares(Picks, "0/a")[0], 0.88, 0.92);
        hosts.Fail("0/", 4);
        Assert.InRange(hosts.Shares(Picks, "1/d")[0], 0.735, 0.765);
    }

    [Fact]
    public void The_greatest_weights_of_many_places_do_not_overflow()
    {
        var hosts = new Hosts();
        for (var i = 0; i < 3000; i++) hosts.Add(1, zone: $"z{i}", weight: uint.MaxValue);
        hosts.Build(Weighted);
        Assert.InRange(hosts.Shares(Picks, "0/z1")[0], 1111.0 / 3000 - 0.02, 1111.0 / 3000 + 0.02);
    }

    [Fact]
    public void Choosing_a_place_allocates_nothing()
    {
        var hosts = new Hosts().Add(2, zone: "a", weight: 1).Add(2, zone: "b", weight: 1).Build(Weighted);
        hosts.Fail("0/a", 1);
        Assert.Equal(0, Allocations.Of(() => hosts.Balancer.Pick(new(0, false, hosts.Random()))));
    }
}
