using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class PeakEwmaTests
{
    private const double Millisecond = 1e6;
    private const long Second = 1_000_000_000;

    private static readonly BalancerConfig Config = new() { Kind = BalancerKind.PeakEwma };

    private readonly Random _random = new(5);
    private long _now = Second;

    [Fact]
    public void A_peak_counts_at_once_and_is_forgotten_slowly()
    {
        var average = new LatencyAverage(10 * Second, 10 * Millisecond);
        Assert.Equal(10 * Millisecond, average.At(0));
        average.Observe(2 * Millisecond, Second);
        Assert.Equal(2 * Millisecond, average.At(Second));
        average.Observe(100 * Millisecond, 2 * Second);
        Assert.Equal(100 * Millisecond, average.At(2 * Second));

        // One decay time later 1/e of the peak is left, and the rest is the new value.
        average.Observe(2 * Millisecond, 12 * Second);
        Assert.Equal((100 * Math.Exp(-1) + 2 * (1 - Math.Exp(-1))) * Millisecond, average.At(12 * Second), 1.0);
    }

    [Fact]
    public void Without_anything_new_the_average_falls_so_that_the_endpoint_is_tried_again()
    {
        var average = new LatencyAverage(10 * Second, 10 * Millisecond);
        average.Observe(100 * Millisecond, 0);
        Assert.Equal(100 * Math.Exp(-3) * Millisecond, average.At(30 * Second), 1.0);
    }

    [Fact]
    public void An_error_makes_an_endpoint_look_slower_however_fast_it_came()
    {
        var average = new LatencyAverage(10 * Second, 10 * Millisecond);
        average.Observe(50 * Millisecond, 0);
        average.Fail(1000, 0);
        Assert.Equal(100 * Millisecond, average.At(0));
        for (var i = 0; i < 100; i++) average.Fail(1000, 0);
        Assert.InRange(average.At(0), Second, 11 * Second);
    }

    [Fact]
    public void A_slow_endpoint_gets_few_requests_and_comes_back_when_it_is_fast_again()
    {
        var slots = Slots(10);
        var balancer = BalancerFactory.Create(Config, slots, 1);
        var latencies = Enumerable.Repeat(2 * Millisecond, 10).ToArray();
        latencies[4] = 50 * Millisecond;
        Assert.InRange(Run(balancer, slots, latencies, 5000)[4] / 5000.0, 0, 0.005);

        latencies[4] = 2 * Millisecond;
        _now += 60 * Second;
        Run(balancer, slots, latencies, 5000);
        Assert.InRange(Run(balancer, slots, latencies, 5000)[4] / 5000.0, 0.08, 0.12);
    }

    [Fact]
    public void Among_equals_it_is_least_request()
    {
        var slots = Slots(10);
        var balancer = BalancerFactory.Create(Config, slots, 1);
        Assert.InRange(Pool.ChiSquare(Run(balancer, slots, Enumerable.Repeat(Millisecond, 10).ToArray(), 20_000), Pool.Equal(10)), 0, 27.9);
        slots[3].Active = 5;
        Assert.Equal(0, Run(balancer, slots, Enumerable.Repeat(Millisecond, 10).ToArray(), 2000)[3]);
    }

    [Fact]
    public void Weights_are_shares_of_requests_when_latencies_are_equal()
    {
        var slots = Slots(1, 2, 3, 4);
        var balancer = BalancerFactory.Create(Config, slots, 1);
        var counts = Run(balancer, slots, Enumerable.Repeat(Millisecond, 4).ToArray(), 20_000);

        Assert.InRange(Pool.ChiSquare(counts, 1, 2, 3, 4), 0, 16.3);
    }

    [Fact]
    public void A_new_endpoint_is_asked_at_once_but_by_one_request_only()
    {
        var slots = Slots(2);
        var balancer = BalancerFactory.Create(Config with { AssumedLatency = TimeSpan.FromMilliseconds(30) }, slots, 1);
        slots[0].Latency!.Observe(Millisecond, _now);
        Assert.Same(slots[1], Only(balancer));
        slots[1].Active = 1;
        Assert.Same(slots[0], Only(balancer)); // it is assumed to take 60 ms for the second
        slots[0].Active = 100;
        Assert.Same(slots[1], Only(balancer));
    }

    [Fact]
    public void Choosing_and_observing_allocates_nothing()
    {
        var slots = Slots(10);
        var balancer = BalancerFactory.Create(Config, slots, 1);
        Assert.Equal(0, Allocations.Of(() =>
        {
            var slot = balancer.Pick(new(0, false, Bits()))!;
            slot.Latency!.Observe(Millisecond, ++_now);
            slot.Latency!.Fail(Millisecond, ++_now);
        }));
    }

    private EndpointSlot? Only(Balancer balancer)
    {
        var picks = Enumerable.Range(0, 100).Select(_ => balancer.Pick(new(0, false, Bits()))).Distinct().ToArray();
        return Assert.Single(picks);
    }

    // One request after the other; each tells its latency, and 0.1 ms pass.
    private int[] Run(Balancer balancer, EndpointSlot[] slots, double[] latencies, int requests)
    {
        var counts = new int[slots.Length];
        for (var i = 0; i < requests; i++)
        {
            var index = Array.IndexOf(slots, balancer.Pick(new(0, false, Bits())));
            counts[index]++;
            _now += 100_000;
            slots[index].Latency!.Observe(latencies[index], _now);
        }

        return counts;
    }

    private ulong Bits() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    private EndpointSlot[] Slots(int count) => Slots(Pool.Equal(count));

    private EndpointSlot[] Slots(params uint[] weights) =>
        [.. weights.Select((weight, i) => new Timed(new Endpoint(new IPEndPoint(IPAddress.Loopback, i + 1), weight), this))];

    private sealed class Timed(Endpoint endpoint, PeakEwmaTests test) : EndpointSlot(endpoint)
    {
        public override long NowNanoseconds => test._now;
    }
}
