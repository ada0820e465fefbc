using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class TriedEndpointsTests
{
    private readonly EndpointSlot[] _slots =
        [.. Enumerable.Range(1, 4).Select(port => new EndpointSlot(new Endpoint(new IPEndPoint(IPAddress.Loopback, port))))];

    [Theory]
    [InlineData(BalancerKind.RoundRobin)]
    [InlineData(BalancerKind.Random)]
    [InlineData(BalancerKind.LeastRequest)]
    [InlineData(BalancerKind.RingHash)]
    [InlineData(BalancerKind.Maglev)]
    public void Every_balancer_finds_the_one_that_was_not_tried(BalancerKind kind)
    {
        var balancer = BalancerFactory.Create(new BalancerConfig { Kind = kind }, _slots, seed: 1);
        var tried = new TriedEndpoints { MaxAttempts = 100 };
        foreach (var slot in _slots[..3]) tried.Add(slot.Endpoint);
        for (ulong random = 1; random < 100; random++)
            Assert.Same(_slots[3], balancer.PickUntried(new(random << 50, true, random << 50, tried)));
    }

    [Fact]
    public void A_hash_has_the_same_second_choice_each_time()
    {
        var balancer = BalancerFactory.Create(new BalancerConfig { Kind = BalancerKind.Maglev }, _slots, seed: 1);
        var tried = new TriedEndpoints { MaxAttempts = 20 };
        tried.Add(balancer.Pick(new(77, true, 1))!.Endpoint);
        var second = balancer.PickUntried(new(77, true, 2, tried));
        Assert.NotSame(balancer.Pick(new(77, true, 3)), second);
        Assert.Same(second, balancer.PickUntried(new(77, true, 4, tried)));
    }

    [Fact]
    public void One_that_was_tried_is_better_than_none()
    {
        var balancer = BalancerFactory.Create(new BalancerConfig(), _slots[..1], seed: 1);
        var tried = new TriedEndpoints { MaxAttempts = 3 };
        tried.Add(_slots[0].Endpoint);
        Assert.Same(_slots[0], balancer.PickUntried(new(0, false, 1, tried)));
    }

    [Fact]
    public void The_oldest_is_forgotten_first()
    {
        var endpoints = Enumerable.Range(1, TriedEndpoints.Most + 1).Select(port => new Endpoint(new IPEndPoint(IPAddress.Loopback, port))).ToArray();
        var tried = new TriedEndpoints();
        foreach (var endpoint in endpoints) tried.Add(endpoint);
        Assert.False(tried.Contains(endpoints[0]));
        Assert.All(endpoints[1..], endpoint => Assert.True(tried.Contains(endpoint)));
        tried.Clear();
        Assert.False(tried.Contains(endpoints[^1]));
    }
}
