using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing.HostSets;

public class PriorityTests
{
    private const int Picks = 20_000;

    public static TheoryData<BalancerKind> Kinds => [.. Enum.GetValues<BalancerKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public void While_most_of_the_first_priority_is_there_it_gets_everything(BalancerKind kind)
    {
        var hosts = new Hosts().Add(10, 0).Add(10, 1).Build(new() { Kind = kind });
        hosts.Fail("0/", 2);
        Assert.Equal([1, 0], hosts.Shares(Picks, "0/", "1/").Select(share => Math.Round(share, 9)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void What_the_first_priority_cannot_bear_goes_to_the_next_and_comes_back(BalancerKind kind)
    {
        var hosts = new Hosts().Add(10, 0).Add(10, 1).Build(new() { Kind = kind });
        hosts.Fail("0/", 5);
        Near(0.7, hosts.Shares(Picks, "0/")[0]);
        hosts.Fail("0/", 10);
        Assert.Equal(0, hosts.Shares(Picks, "0/")[0]);
        hosts.Fail("0/", 0);
        Assert.Equal(0, hosts.Shares(Picks, "1/")[0]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void All_endpoints_of_a_priority_that_are_there_share_its_requests(BalancerKind kind)
    {
        var hosts = new Hosts().Add(4, 0).Add(4, 1).Build(new() { Kind = kind, MinRingSize = 20_000 });
        hosts.Fail("0/", 2);
        hosts.Fail("1/", 1);
        var shares = hosts.Shares(Picks, "0/", "0//2", "0//3", "1//1", "1//2", "1//3");
        Near(0.7, shares[0]);
        Assert.All(shares[1..3], share => Assert.InRange(share, 0.35 * 0.85, 0.35 * 1.15));
        Assert.All(shares[3..], share => Assert.InRange(share, 0.1 * 0.8, 0.1 * 1.2));
    }

    [Fact]
    public void Priorities_that_were_tried_are_avoided_while_there_is_another()
    {
        var hosts = new Hosts().Add(4, 0).Add(4, 1).Add(4, 5).Build(new() { Kind = BalancerKind.Random });
        var tried = new TriedEndpoints { PriorityFrequency = 1 };
        foreach (var expected in (string[])["0/", "1/", "5/", "0/"])
        {
            var slot = hosts.Balancer.Pick(new(0, false, hosts.Random(), tried))!;
            Assert.StartsWith(expected, hosts.NameOf(slot), StringComparison.Ordinal);
            tried.Add(slot.Endpoint);
        }

        tried = new TriedEndpoints { PriorityFrequency = 2 };
        foreach (var expected in (string[])["0/", "0/", "1/", "1/", "5/"])
        {
            var slot = hosts.Balancer.Pick(new(0, false, hosts.Random(), tried))!;
            Assert.StartsWith(expected, hosts.NameOf(slot), StringComparison.Ordinal);
            tried.Add(slot.Endpoint);
        }

        hosts.Fail("1/", 4);
        tried.Clear();
        tried.PriorityFrequency = 1;
        tried.Add(hosts.Balancer.Pick(new(0, false, hosts.Random()))!.Endpoint);
        Assert.StartsWith("5/", hosts.NameOf(hosts.Balancer.Pick(new(0, false, hosts.Random(), tried))!), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hash_has_one_priority_and_one_endpoint()
    {
        var hosts = new Hosts().Add(10, 0).Add(10, 1).Build(new() { Kind = BalancerKind.RingHash });
        hosts.Fail("0/", 5);
        var picks = Enumerable.Range(0, 1000).Select(_ => hosts.Random()).Select(hash => (First: hosts.Pick(hash)!, Again: hosts.Pick(hash)!)).ToArray();
        Assert.All(picks, pick => Assert.Equal(pick.First, pick.Again));
        Assert.InRange(picks.Count(pick => pick.First.StartsWith("0/", StringComparison.Ordinal)), 650, 750);
    }

    [Fact]
    public void When_the_first_priority_recovers_a_little_hardly_any_hash_changes_its_endpoint()
    {
        var hosts = new Hosts().Add(100, 0).Add(100, 1).Build(new() { Kind = BalancerKind.Maglev });
        hosts.Fail("0/", 50);
        var hashes = Enumerable.Range(0, 5000).Select(_ => hosts.Random()).ToArray();
        var before = Array.ConvertAll(hashes, hash => hosts.Pick(hash));
        hosts.Fail("0/", 49);
        var moved = before.Zip(hashes, (name, hash) => name == hosts.Pick(hash) ? 0 : 1).Sum();
        Assert.InRange(moved, 0, 150); // its own hashes and one more percent of all
    }

    [Fact]
    public void Gaps_between_priorities_mean_nothing()
    {
        var hosts = new Hosts().Add(2, 7).Add(2, 3).Build(new());
        Assert.Equal(1, hosts.Shares(100, "3/")[0], 9);
        hosts.Fail("3/", 2);
        Assert.Equal(1, hosts.Shares(100, "7/")[0], 9);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void If_nobody_is_there_nobody_is_chosen(BalancerKind kind)
    {
        var hosts = new Hosts().Add(3, 0).Add(3, 1).Build(new() { Kind = kind });
        hosts.Fail("", 6);
        Assert.Null(hosts.Pick());
        Assert.Null(hosts.Pick(5));
    }

    [Fact]
    public void One_priority_is_no_division()
    {
        Assert.IsType<RoundRobinBalancer>(new Hosts().Add(3, 2, "a", 5).Add(3, 2, "b", 7).Build(new()).Balancer);
        Assert.IsNotType<RoundRobinBalancer>(new Hosts().Add(3, 0).Add(3, 1).Build(new()).Balancer);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Choosing_allocates_nothing_even_when_shares_are_counted_anew(BalancerKind kind)
    {
        var hosts = new Hosts().Add(10, 0).Add(10, 1).Build(new() { Kind = kind });
        hosts.Fail("0/", 5);
        var endpoint = hosts.Slots[15].Endpoint;
        Assert.Equal(0, Allocations.Of(() =>
        {
            endpoint.Health.Set(HealthFlags.ToldDraining, !endpoint.Unavailable);
            hosts.Balancer.Pick(new(hosts.Random(), true, hosts.Random()));
            hosts.Balancer.Pick(new(0, false, hosts.Random()));
        }));
    }

    private static void Near(double expected, double share) => Assert.InRange(share, expected - 0.015, expected + 0.015);
}
