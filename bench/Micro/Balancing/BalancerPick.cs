using System.Net;
using BenchmarkDotNet.Attributes;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Bench.Micro.Balancing;

/// <summary>What does a choice among a hundred endpoints cost?</summary>
public class BalancerPick
{
    private Balancer _balancer = null!;
    private ulong _random = 1;

    [ParamsAllValues]
    public BalancerKind Kind { get; set; }

    [Params(false, true)]
    public bool Weighted { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var slots = Enumerable.Range(1, 100)
            .Select(i => new EndpointSlot(new(new IPEndPoint(IPAddress.Loopback, i), Weighted ? (uint)i : 1)));
        _balancer = BalancerFactory.Create(new BalancerConfig { Kind = Kind }, [.. slots], 1);
        if (_balancer.Pick(new(0, false, 0)) is null) throw new InvalidOperationException("no endpoint");
    }

    [Benchmark]
    public EndpointSlot? Pick()
    {
        var random = Bits.Next(ref _random);
        return _balancer.Pick(new(random, true, random));
    }
}
