using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Tests.Balancing;

/// <summary>
/// Ten endpoints behind one loop in simulated time: 5,000 requests per second come at random times, each takes 2 ms on average; one endpoint fails
/// in a way that nobody has noticed yet. Requests hash one of 10,000 keys.
/// </summary>
internal sealed class FailureSimulation
{
    public const int Endpoints = 10;

    private const int Failing = 4;
    private const int Keys = 10_000;
    private const double Millisecond = 1e6;
    private const double Second = 1000 * Millisecond;

    private readonly Random _random = new(12);
    private readonly BalancerConfig _config;
    private readonly Func<int, PlaceConfig> _place;
    private long _now;

    public FailureSimulation(BalancerConfig config, Func<int, PlaceConfig>? place = null)
    {
        _config = config;
        _place = place ?? (_ => PlaceConfig.Nowhere);
    }

    /// <summary>Requests of two seconds that the failing endpoint gets, if it answers errors within 0.1 ms.</summary>
    public double ShareOfFastErrors() => Run(0.1 * Millisecond);

    /// <summary>The same, if it never answers and requests time out after a second.</summary>
    public double ShareOfTimeouts() => Run(Second);

    /// <summary>The largest load of another endpoint when the failing one is out of use, in relation to what it had before.</summary>
    public double LargestLoadWithoutIt()
    {
        var (slots, balancer) = Build(Endpoints);
        var before = Counts(slots, balancer);
        slots[Failing].Endpoint.Health.Set(HealthFlags.Ejected, true);
        var after = Counts(slots, balancer);
        return Enumerable.Range(0, Endpoints).Where(i => i != Failing && before[i] > 0).Max(i => after[i] / (double)before[i]);
    }

    /// <summary>Keys, of those that other endpoints have, that move when the failing one is out of use.</summary>
    public double KeysMovedWithoutIt() => KeysMoved(Map(outOfUse: false, Endpoints), Map(outOfUse: true, Endpoints), Failing);

    /// <summary>The same when the last endpoint is no longer listed.</summary>
    public double KeysMovedWhenGone() => KeysMoved(Map(outOfUse: false, Endpoints), Map(outOfUse: false, Endpoints - 1), Endpoints - 1);

    private static double KeysMoved(int[] before, int[] after, int failing)
    {
        var others = before.Zip(after).Where(pair => pair.First != failing).ToArray();
        return others.Count(pair => pair.First != pair.Second) / (double)others.Length;
    }

    private int[] Map(bool outOfUse, int endpoints)
    {
        var (slots, balancer) = Build(endpoints);
        slots[Failing].Endpoint.Health.Set(HealthFlags.Ejected, outOfUse);
        return [.. Enumerable.Range(0, Keys).Select(key => Array.IndexOf(slots, balancer.Pick(new(HashOf(key), true, Bits()))))];
    }

    private int[] Counts(EndpointSlot[] slots, Balancer balancer)
    {
        var counts = new int[slots.Length];
        for (var i = 0; i < 20 * Keys; i++) counts[Array.IndexOf(slots, balancer.Pick(new(HashOf(i % Keys), true, Bits())))]++;
        return counts;
    }

    private double Run(double failingTakes)
    {
        var (slots, balancer) = Build(Endpoints);
        var ends = new PriorityQueue<(int Index, double Latency), double>();
        var (requests, failed, time) = (0, 0, 0.0);
        while (time < 4 * Second)
        {
            time += Exponential(Second / 5000);
            while (ends.TryPeek(out var ended, out var at) && at <= time)
            {
                ends.Dequeue();
                End(slots, ended.Index, ended.Latency, (long)at);
            }

            _now = (long)time;
            var index = Array.IndexOf(slots, balancer.Pick(new(HashOf(_random.Next(Keys)), true, Bits())));
            var latency = index == Failing ? failingTakes : Exponential(2 * Millisecond);
            slots[index].Active++;
            ends.Enqueue((index, latency), time + latency);
            if (time < 2 * Second) continue; // until then it is getting warm
            requests++;
            if (index == Failing) failed++;
        }

        return failed / (double)requests;
    }

    // As EndpointPool.Report does it.
    private void End(EndpointSlot[] slots, int index, double latency, long at)
    {
        _now = at;
        slots[index].Active--;
        if (index == Failing) slots[index].Latency?.Fail(latency, at);
        else slots[index].Latency?.Observe(latency, at);
    }

    private (EndpointSlot[] Slots, Balancer Balancer) Build(int endpoints)
    {
        var all = Enumerable.Range(0, endpoints).Select(i => new Endpoint(new IPEndPoint(0x0100000A + (i << 24), 80)) { Place = _place(i) }).ToArray();
        EndpointSlot[] slots = [.. all.Select(endpoint => new Timed(endpoint, this))];
        return (slots, BalancerFactory.Create(_config, slots, 3));
    }

    private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    private ulong Bits() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    private static ulong HashOf(int key) => XxHash64.Hash($"key {key}");

    private sealed class Timed(Endpoint endpoint, FailureSimulation simulation) : EndpointSlot(endpoint)
    {
        public override long NowNanoseconds => simulation._now;
    }
}
