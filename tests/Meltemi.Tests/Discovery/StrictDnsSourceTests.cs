using System.Net;
using System.Net.Sockets;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Discovery;

public class StrictDnsSourceTests
{
    private static readonly ClusterConfig Cluster = Found.Cluster(DiscoveryType.StrictDns, new DnsEndPoint("a", 80));

    [Fact]
    public async Task Every_address_of_every_name_is_an_endpoint()
    {
        var cluster = Cluster with
        {
            Endpoints =
            [
                new() { Address = new DnsEndPoint("a", 80), Weight = 3 },
                new() { Address = new IPEndPoint(IPAddress.Loopback, 9) },
                new() { Address = new DnsEndPoint("b", 81), Unhealthy = true, HashKey = "one for all" },
            ],
        };
        using var found = await new Found(cluster).Answer("a", "10.0.0.2", "10.0.0.1").Answer("b", "10.0.0.1").Started(2);

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80", "127.0.0.1:9", "10.0.0.1:81"], found.Names);
        var endpoints = found.Source.Current.Endpoints;
        Assert.Equal([3u, 3u, 1u, 1u], endpoints.Select(endpoint => endpoint.Weight));
        Assert.Equal([false, false, false, true], endpoints.Select(endpoint => endpoint.Unavailable));
        Assert.Equal("10.0.0.1:81", endpoints[3].HashKey);
        Assert.Equal(2, found.Source.UpdateSuccess);
        Assert.True(found.Source.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Addresses_that_stay_keep_their_endpoint()
    {
        using var found = await new Found(Cluster).Answer("a", "10.0.0.1", "10.0.0.2").Started();
        var before = found.Source.Current;
        found.Answer("a", "10.0.0.3", "10.0.0.2");
        await found.Next();
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], found.Names);
        Assert.Same(before.Endpoints[1], found.Source.Current.Endpoints[0]);
        Assert.Equal([before, found.Source.Current], found.Sets);
    }

    [Fact]
    public async Task The_same_answer_in_another_order_is_no_news()
    {
        using var found = await new Found(Cluster).Answer("a", "10.0.0.1", "10.0.0.2").Started();
        found.Answer("a", "10.0.0.2", "10.0.0.1", "10.0.0.2");
        await found.Next();
        Assert.Single(found.Sets);
        Assert.Equal(2, found.Source.UpdateSuccess);
    }

    [Fact]
    public async Task Failures_and_empty_answers_leave_the_last_good_one_and_are_counted()
    {
        using var found = await new Found(Cluster).Answer("a", "10.0.0.1").Started();
        found.Answer("a", () => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
        await found.Next();
        found.Answer("a", () => throw new InvalidOperationException("a broken resolver"));
        await found.Next();
        found.Answer("a");
        await found.Next();
        Assert.Equal(["10.0.0.1:80"], found.Names);
        Assert.Equal((1, 2, 1), (found.Source.UpdateSuccess, found.Source.UpdateFailure, found.Source.UpdateEmpty));

        found.Answer("a", "10.0.0.2");
        await found.Next();
        Assert.Equal(["10.0.0.2:80"], found.Names);
    }

    [Fact]
    public async Task Questions_come_at_the_cadence_give_or_take_a_tenth()
    {
        using var found = await new Found(Cluster with { DnsRefresh = TimeSpan.FromSeconds(100) }).Answer("a", "10.0.0.1").Started();
        var intervals = new List<double>();
        for (var i = 0; i < 20; i++) intervals.Add((await found.Next()).TotalSeconds);
        Assert.All(intervals, interval => Assert.InRange(interval, 90, 110));
        Assert.InRange(intervals.Distinct().Count(), 10, 20);
        Assert.Equal(21, found.Asked);
    }

    [Fact]
    public async Task Failures_are_retried_soon_and_then_ever_less_often_until_one_succeeds()
    {
        using var found = await new Found(Cluster).Answer("a").Started();
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            Assert.InRange((await found.Next()).TotalSeconds, seconds * 0.9, seconds * 1.1);
        }

        found.Answer("a", "10.0.0.1");
        await found.Next();
        Assert.InRange((await found.Next()).TotalSeconds, 4.5, 5.5);
    }

    [Fact]
    public async Task A_resolver_that_hangs_counts_as_failed_after_ten_seconds()
    {
        using var found = await new Found(Cluster).Answer("a", () => new TaskCompletionSource<IPAddress[]>().Task).Started();
        Assert.Equal(TimeSpan.FromSeconds(10), await found.Next());
        Assert.Equal(1, found.Source.UpdateFailure);
        Assert.True(found.Source.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Addresses_of_one_family_are_taken()
    {
        using var v4 = await new Found(Cluster).Answer("a", "fd00::1", "10.0.0.1").Started();
        Assert.Equal(["10.0.0.1:80"], v4.Names);
        using var only6 = await new Found(Cluster).Answer("a", "fd00::1").Started();
        Assert.Equal(["[fd00::1]:80"], only6.Names);
        var asked6 = Found.Cluster(DiscoveryType.StrictDns, new DnsEndPoint("a", 80, AddressFamily.InterNetworkV6));
        using var v6 = await new Found(asked6).Answer("a", "10.0.0.1", "fd00::1").Started();
        Assert.Equal(["[fd00::1]:80"], v6.Names);
    }

    [Fact]
    public async Task Names_fail_one_by_one()
    {
        var cluster = Found.Cluster(DiscoveryType.StrictDns, new DnsEndPoint("a", 80), new DnsEndPoint("b", 80));
        using var found = await new Found(cluster).Answer("a", "10.0.0.1").Answer("b").Started(2);
        Assert.Equal(["10.0.0.1:80"], found.Names);
        found.Answer("b", "10.0.0.2");
        await found.Next(2);
        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], found.Names);
    }

    [Fact]
    public async Task A_new_configuration_begins_with_what_the_old_one_found()
    {
        using var before = await new Found(Cluster).Answer("a", "10.0.0.1").Started();
        using var after = new Found(Cluster with { Balancer = new() { Kind = BalancerKind.Maglev } }, before);
        Assert.Same(before.Source.Current.Endpoints[0], Assert.Single(after.Source.Current.Endpoints));
        Assert.Equal(BalancerKind.Maglev, after.Source.Current.Balancer.Kind);
        await after.Started();
        Assert.Empty(after.Sets);
    }

    [Fact]
    public async Task The_number_of_endpoints_is_bounded()
    {
        var addresses = Enumerable.Range(0, 20_000).Select(i => $"10.0.{i / 250}.{i % 250}").ToArray();
        using var found = await new Found(Cluster).Answer("a", addresses).Started();
        Assert.Equal(16 * 1024, found.Names.Length);
        Assert.Equal(20_000 - 16 * 1024, found.Source.Dropped);
    }

    [Fact]
    public async Task Disposal_stops_the_questions_and_the_answers()
    {
        var answer = new TaskCompletionSource<IPAddress[]>();
        var found = await new Found(Cluster).Answer("a", "10.0.0.1").Started();
        found.Answer("a", () => answer.Task);
        await found.Next();
        found.Dispose();
        answer.SetResult([IPAddress.Parse("10.0.0.2")]);
        Assert.Equal(0, found.Time.ArmedCount);
        Assert.Equal(["10.0.0.1:80"], found.Names);
        Assert.Single(found.Sets);
        Assert.Equal(2, found.Asked);
    }

    [Fact]
    public async Task The_operating_system_resolves_names()
    {
        var told = new TaskCompletionSource<Proxy.Balancing.EndpointSet>();
        var cluster = Found.Cluster(DiscoveryType.StrictDns, new DnsEndPoint("localhost", 80));
        using var source = Proxy.Discovery.EndpointSource.Create(cluster, told.SetResult);
        source.Start();
        var set = await told.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains(set.Endpoints, endpoint => IPAddress.IsLoopback(((IPEndPoint)endpoint.Address).Address));
    }
}
