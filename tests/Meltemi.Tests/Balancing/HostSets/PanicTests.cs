using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing.HostSets;

/// <summary>Panic where there are priorities and places.</summary>
public class PanicTests
{
    [Fact]
    public void A_priority_does_not_panic_as_long_as_the_others_bear_what_it_cannot()
    {
        var hosts = new Hosts().Add(10, 0).Add(10, 1).Build(new());
        hosts.Fail("0/", 9, HealthFlags.Ejected);
        Assert.Equal([0.14, 0.14, 0.86], hosts.Shares(20_000, "0/", "0//9", "1/").Select(share => Math.Round(share, 2)));
    }

    [Fact]
    public void When_all_together_cannot_bear_everything_those_below_the_threshold_use_all_their_endpoints()
    {
        var hosts = new Hosts().Add(10, 0).Add(10, 1).Build(new());
        hosts.Fail("0/", 9, HealthFlags.Ejected);
        hosts.Fail("1/", 5, HealthFlags.Ejected);
        var shares = hosts.Shares(50_000, "0/", "0//0", "0//9", "1//0", "1//9");
        // 14 and 70 of 84; the second has just half of its endpoints and does not panic.
        Assert.InRange(shares[0], 0.15, 0.19);
        Assert.InRange(shares[1], 0.01, 0.03);
        Assert.InRange(shares[2], 0.01, 0.03);
        Assert.Equal(0, shares[3]);
        Assert.InRange(shares[4], 0.15, 0.19);
    }

    [Fact]
    public void Places_of_a_priority_in_panic_keep_their_weights()
    {
        var hosts = new Hosts().Add(2, 0, "a", 30).Add(2, 0, "b", 10).Build(new() { Localities = new WeightedLocalities() });
        hosts.Fail("0/a", 2, HealthFlags.Ejected);
        hosts.Fail("0/b", 1, HealthFlags.Ejected);
        var shares = hosts.Shares(20_000, "0/a/", "0/b/0");
        Assert.InRange(shares[0], 0.73, 0.77);
        Assert.InRange(shares[1], 0.11, 0.14);
    }
}
