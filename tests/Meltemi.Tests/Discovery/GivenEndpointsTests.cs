using System.Net;
using System.Net.Sockets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;

namespace Meltemi.Tests.Discovery;

public class GivenEndpointsTests
{
    private static readonly EndpointConfig One = new() { Address = new IPEndPoint(IPAddress.Loopback, 1) };
    private static readonly EndpointConfig Two = new() { Address = new IPEndPoint(IPAddress.Loopback, 2), Weight = 2 };

    [Fact]
    public void Static_endpoints_are_there_at_once()
    {
        var cluster = Found.Cluster(DiscoveryType.Static) with
        {
            Endpoints =
            [
                One, Two with { Unhealthy = true, HashKey = "key" }, One, new() { Address = new UnixDomainSocketEndPoint("/run/x") },
            ],
        };
        using var found = new Found(cluster);
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2", "/run/x"], found.Names);
        Assert.True(found.Source.Current.Endpoints[1].Unavailable);
        Assert.Equal("key", found.Source.Current.Endpoints[1].HashKey);
        Assert.True(found.Source.Ready.IsCompletedSuccessfully);
        Assert.Empty(found.Sets);
    }

    [Fact]
    public void A_static_cluster_with_a_host_name_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Found(Found.Cluster(DiscoveryType.Static, new DnsEndPoint("a", 1))));

    [Fact]
    public void A_new_static_configuration_keeps_the_endpoints_that_stay()
    {
        using var before = new Found(Found.Cluster(DiscoveryType.Static) with { Endpoints = [One, Two] });
        using var after = new Found(Found.Cluster(DiscoveryType.Static) with { Endpoints = [Two with { Weight = 9 }] }, before);
        Assert.Same(before.Source.Current.Endpoints[1], Assert.Single(after.Source.Current.Endpoints));
        Assert.Equal(9u, after.Source.Current.Endpoints[0].Weight);
    }

    [Fact]
    public void Told_endpoints_replace_each_other_and_keep_what_stays()
    {
        using var found = new Found(Found.Cluster(DiscoveryType.Eds));
        var source = Assert.IsType<EdsSource>(found.Source);
        source.Start();
        Assert.Empty(found.Names);
        Assert.False(source.Ready.IsCompleted);

        source.Update(new([One, Two]));
        var two = found.Source.Current.Endpoints[1];
        source.Update(new([Two]));
        Assert.Same(two, Assert.Single(found.Source.Current.Endpoints));
        source.Update(new([]));
        Assert.Empty(found.Names);
        Assert.Equal(3, found.Sets.Count);
        Assert.Equal((3, 1), (source.UpdateSuccess, source.UpdateEmpty));
        Assert.True(source.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_new_weight_is_news_and_the_same_again_is_not()
    {
        using var found = new Found(Found.Cluster(DiscoveryType.Eds));
        var source = (EdsSource)found.Source;
        source.Update(new([One, Two]));
        source.Update(new([One, Two]));
        Assert.Single(found.Sets);
        source.Update(new([One, Two with { Weight = 5 }]));
        Assert.Equal(2, found.Sets.Count);
        Assert.Same(found.Sets[0].Endpoints[1], found.Sets[1].Endpoints[1]);
    }

    [Fact]
    public void Told_health_counts_when_it_changes_and_leaves_go_away_alone()
    {
        using var found = new Found(Found.Cluster(DiscoveryType.Eds));
        var source = (EdsSource)found.Source;
        source.Update(new([One]));
        var endpoint = source.Current.Endpoints[0];
        source.Update(new([One with { Unhealthy = true }]));
        Assert.True(endpoint.Unavailable);
        source.Update(new([One]));
        Assert.False(endpoint.Unavailable);

        endpoint.Health.GoAway(1);
        source.Update(new([One, Two]));
        Assert.True(endpoint.Unavailable);
    }

    [Fact]
    public void A_new_configuration_goes_on_with_what_was_told()
    {
        using var before = new Found(Found.Cluster(DiscoveryType.Eds));
        ((EdsSource)before.Source).Update(new([One]));
        using var after = new Found(Found.Cluster(DiscoveryType.Eds) with { ConnectTimeout = TimeSpan.FromSeconds(1) }, before);
        Assert.Same(before.Source.Current.Endpoints[0], Assert.Single(after.Source.Current.Endpoints));
        Assert.True(after.Source.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public void Nothing_is_told_after_disposal()
    {
        var found = new Found(Found.Cluster(DiscoveryType.Eds));
        found.Dispose();
        ((EdsSource)found.Source).Update(new([One]));
        Assert.Empty(found.Sets);
        Assert.Empty(found.Names);
    }
}
