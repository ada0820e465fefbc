using System.Collections.Immutable;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Of two endpoints drawn at random the one that would answer sooner: <see cref="LatencyAverage"/> times the requests in flight from this loop and the new
/// one. With unequal weights the draw is by weight, and an endpoint twice as heavy bears twice as many requests in flight.
/// </summary>
internal sealed class PeakEwmaBalancer : Balancer
{
    // Costs that differ by less are the same: the first drawn, which came by its weight, wins.
    private const double Noise = 0.99;

    // As many as it takes to compare two in spite of some unavailable ones.
    private const int MaxDraws = 8;

    private readonly Availability _availability;
    private readonly AliasTable? _alias;
    private readonly EndpointSlot[] _slots;
    private readonly double[] _perRequest;

    public PeakEwmaBalancer(EndpointGroup group, EndpointSlot[] slots)
    {
        _availability = group.Availability;
        _alias = group.Alias;
        _slots = slots;
        var average = group.Weights.Average(weight => (double)weight);
        _perRequest = [.. group.Weights.Select(weight => average / weight)];
        var (decay, assumed) = (Nanoseconds(group.Balancer.DecayTime), Nanoseconds(group.Balancer.AssumedLatency));
        foreach (var slot in slots) slot.Latency ??= new LatencyAverage(decay, assumed);

        static double Nanoseconds(TimeSpan time) => time.Ticks * (double)TimeSpan.NanosecondsPerTick;
    }

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var mask = _availability.Mask;
        var random = context.Random;
        var now = _slots[0].NowNanoseconds;
        var (first, second) = (-1, -1);
        for (var draws = MaxDraws; draws > 0 && second < 0; draws--)
        {
            var drawn = _alias?.Pick(random) ?? Uniform(random);
            random = Bits.Next(ref random);
            // Only two draws that know nothing of each other leave the weights' shares as they are.
            if ((drawn == first && _alias is null) || _slots[drawn].IsPassedOver(mask, ref random)) continue;
            if (first < 0) first = drawn;
            else second = drawn;
        }

        if (_slots.Length == 2 && first >= 0 && second < 0 && !_slots[1 - first].IsPassedOver(mask, ref random)) second = 1 - first;
        if (first < 0) return Fallback.Scan(_slots, Uniform(random), mask);
        return _slots[second >= 0 && Cost(second, now) < Cost(first, now) * Noise ? second : first];
    }

    private double Cost(int index, long now) => _slots[index].Latency!.Cost(now, _slots[index].Active * _perRequest[index]);

    private int Uniform(ulong random) => (int)Bits.Scale(random, (ulong)_slots.Length);
}
