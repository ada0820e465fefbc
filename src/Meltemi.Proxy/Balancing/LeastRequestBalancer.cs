using System.Collections.Immutable;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Power of N choices: of a few endpoints drawn at random the one with the fewest requests in flight from this loop.
/// <para>With unequal weights the draw is by weight and the loads are compared per weight. Idle endpoints all have load 0, so the first
/// draw decides and the shares are those of the weights; under load the requests in flight settle in proportion to the weights. Envoy
/// schedules by weight/(active + 1)^bias instead, which tends to the same shares but costs O(log n) and goes by loads of the past.</para>
/// <para>The bias changes the load from n to (n + 1)^bias - 1: with 0 requests in flight do not count, with more than 1 they count for more.</para>
/// </summary>
public sealed class LeastRequestBalancer(EndpointGroup group, EndpointSlot[] slots) : Balancer
{
    // As in random balancing.
    private const int MaxTries = 8;

    private readonly Availability _availability = group.Availability;
    private readonly AliasTable? _alias = group.Alias;
    private readonly ImmutableArray<uint> _weights = group.Weights;
    private readonly int _choices = group.Balancer.FullScan ? int.MaxValue : Math.Max(1, group.Balancer.ChoiceCount);
    private readonly double _bias = group.EqualWeights ? 1 : group.Balancer.ActiveRequestBias;

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        // Drawing from few endpoints would often give the same one twice.
        var mask = _availability.Mask;
        var random = context.Random;
        if (slots.Length <= _choices && (_alias is null || _choices == int.MaxValue))
            return Least(Start(mask, ref random), mask, random);

        var best = -1;
        var compared = 0;
        for (var draws = 2 * _choices + 4; draws > 0 && compared < _choices; draws--)
        {
            var drawn = _alias?.Pick(random) ?? Uniform(random);
            random = Bits.Next(ref random);
            if (slots[drawn].IsPassedOver(mask, ref random)) continue;
            if (best < 0 || IsLighter(drawn, best)) best = drawn;
            compared++;
        }

        return best >= 0 ? slots[best] : Least(Uniform(random), mask, random);
    }

    // One that may be used, as often as its weight says: if it were any, neighbours of unavailable ones would come first too often.
    private int Start(HealthFlags mask, ref ulong random)
    {
        var start = 0;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            start = _alias?.Pick(random) ?? Uniform(random);
            random = Bits.Next(ref random);
            if (!slots[start].IsPassedOver(mask)) break;
        }

        return start;
    }

    // The least loaded of all; of equals the first from a random start.
    private EndpointSlot? Least(int start, HealthFlags mask, ulong random)
    {
        var best = -1;
        for (var i = 0; i < slots.Length; i++)
        {
            var at = (start + i) % slots.Length;
            if (slots[at].IsPassedOver(mask, ref random)) continue;
            if (best < 0 || IsLighter(at, best)) best = at;
        }

        return best >= 0 ? slots[best] : Fallback.Scan(slots, start, mask);
    }

    // Load per weight, compared without dividing: a/wa < b/wb is a*wb < b*wa.
    private bool IsLighter(int a, int b) => _bias == 1
        ? (ulong)slots[a].Active * _weights[b] < (ulong)slots[b].Active * _weights[a]
        : Biased(slots[a].Active) * _weights[b] < Biased(slots[b].Active) * _weights[a];

    private double Biased(int active) => Math.Pow(active + 1, _bias) - 1;

    private int Uniform(ulong random) => (int)Bits.Scale(random, (ulong)slots.Length);
}
