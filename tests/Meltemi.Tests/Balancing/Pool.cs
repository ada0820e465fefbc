using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

/// <summary>Endpoints with the balancer of one loop, and the questions that tests ask of it.</summary>
internal sealed class Pool
{
    private readonly Random _random = new(7);

    public Pool(BalancerConfig config, params uint[] weights)
        : this(config, [.. weights.Select((weight, i) => new Endpoint(Address(i), weight))])
    {
    }

    public Pool(BalancerConfig config, Endpoint[] endpoints, ulong seed = 11)
    {
        Slots = Array.ConvertAll(endpoints, endpoint => new EndpointSlot(endpoint));
        Balancer = BalancerFactory.Create(config, Slots, seed);
    }

    public EndpointSlot[] Slots { get; }

    public Balancer Balancer { get; }

    private static IPEndPoint Address(int i) => new(IPAddress.Parse($"10.0.{i / 250}.{i % 250 + 1}"), 8080);

    public static uint[] Equal(int count) => Enumerable.Repeat(1u, count).ToArray();

    public ulong Random() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    public int Pick() => Array.IndexOf(Slots, Balancer.Pick(new(0, false, Random())));

    public int Pick(ulong hash) => Array.IndexOf(Slots, Balancer.Pick(new(hash, true, Random())));

    /// <summary>How often each endpoint is picked.</summary>
    public int[] Count(int picks)
    {
        var counts = new int[Slots.Length];
        for (var i = 0; i < picks; i++) counts[Pick()]++;
        return counts;
    }

    /// <summary>The endpoint of each of many hashes.</summary>
    public int[] Map(int hashes)
    {
        var random = new Random(3);
        return Enumerable.Range(0, hashes).Select(_ => Pick((ulong)random.NextInt64(long.MinValue, long.MaxValue))).ToArray();
    }

    /// <summary>Pearson's statistic of counts against weights; its mean is the number of endpoints less one.</summary>
    public static double ChiSquare(int[] counts, params uint[] weights)
    {
        var picks = counts.Sum();
        var total = weights.Sum(weight => (double)weight);
        return counts.Zip(weights, (count, weight) => Math.Pow(count - picks * weight / total, 2) / (picks * weight / total)).Sum();
    }
}
