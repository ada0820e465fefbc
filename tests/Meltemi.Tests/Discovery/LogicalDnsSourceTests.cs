using System.Net;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Discovery;

public class LogicalDnsSourceTests
{
    private static readonly ClusterConfig Cluster = Found.Cluster(DiscoveryType.LogicalDns, new DnsEndPoint("a", 80));

    [Fact]
    public async Task The_name_is_one_endpoint_at_the_first_address()
    {
        using var found = await new Found(Cluster).Answer("a", "10.0.0.2", "10.0.0.1").Started();
        var endpoint = Assert.Single(found.Source.Current.Endpoints);
        Assert.Equal(("a:80", "a:80", "10.0.0.2:80"), (endpoint.Name, endpoint.HashKey, endpoint.Address.ToString()));
        Assert.Single(found.Sets);
    }

    [Fact]
    public async Task Another_first_address_moves_the_endpoint_and_tells_nobody()
    {
        using var found = await new Found(Cluster).Answer("a", "10.0.0.1").Started();
        var endpoint = found.Source.Current.Endpoints[0];
        found.Answer("a", "10.0.0.9", "10.0.0.1");
        await found.Next();
        Assert.Equal("10.0.0.9:80", endpoint.Address.ToString());
        Assert.Same(endpoint, Assert.Single(found.Source.Current.Endpoints));
        Assert.Single(found.Sets);

        found.Answer("a");
        await found.Next();
        Assert.Equal("10.0.0.9:80", endpoint.Address.ToString());
        Assert.Equal(1, found.Source.UpdateEmpty);
    }

    [Fact]
    public async Task There_is_no_endpoint_before_the_first_good_answer()
    {
        using var found = await new Found(Cluster).Answer("a").Started();
        Assert.Empty(found.Names);
        Assert.True(found.Source.Ready.IsCompletedSuccessfully);
        found.Answer("a", "10.0.0.1");
        await found.Next();
        Assert.Equal(["a:80"], found.Names);
    }

    [Fact]
    public async Task A_new_configuration_keeps_the_endpoint()
    {
        using var before = await new Found(Cluster).Answer("a", "10.0.0.1").Started();
        using var after = new Found(Cluster with { DnsRefresh = TimeSpan.FromSeconds(1) }, before);
        Assert.Same(before.Source.Current.Endpoints[0], Assert.Single(after.Source.Current.Endpoints));
    }

    [Fact]
    public void It_takes_one_name_or_one_address()
    {
        Assert.Throws<ArgumentException>(() => new Found(Found.Cluster(DiscoveryType.LogicalDns)));
        var two = Found.Cluster(DiscoveryType.LogicalDns, new DnsEndPoint("a", 1), new DnsEndPoint("b", 1));
        Assert.Throws<ArgumentException>(() => new Found(two));
        using var found = new Found(Found.Cluster(DiscoveryType.LogicalDns, new IPEndPoint(IPAddress.Loopback, 7)));
        found.Source.Start();
        Assert.Equal(["127.0.0.1:7"], found.Names);
        Assert.True(found.Source.Ready.IsCompletedSuccessfully);
    }
}
