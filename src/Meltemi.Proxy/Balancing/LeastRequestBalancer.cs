using System.Collections.Immutable;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Power of N choices: of a few endpoints drawn at random the one with the fewest requests in flight from this loop.
/// <para>With unequal weights the draw is by weight and the loads are compared per weight. Idle endpoints all have load 0, so the first
/// draw decides and the shares are those of the weights; under load the requests in flight settle in proportion to the weights. Envoy
/// schedules by weight/(active + 1) instead, which tends to the same shares but costs O(log n) and goes by loads of the past.</para>
/// </summary>
public sealed class LeastRequestBalancer(EndpointGroup group, EndpointSlot[] slots) : Balancer
{
    private readonly Availability _availability = group.Availability;
    private readonly AliasTable? _alias = group.Alias;
    private readonly ImmutableArray<uint> _weights = group.Weights;
    private readonly int _choices = Math.Max(1, group.Balancer.ChoiceCount);

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        // Drawing from few endpoints would often give the same one twice.
        var mask = _availability.Mask;
        var random = context.Random;
        if (_alias is null && slots.Length <= _choices) return Least(Uniform(random), mask, random);

        var best = -1;
        var compared = 0;
        for (var draws = 2 * _choices + 4; draws > 0 && compared < _choices; draws--)
        {
            var drawn = _alias?.Pick(random) ?? Uniform(random);
            random = Bits.Next(ref random);
            if (slots[drawn].IsPassedOver(mask, ref random)) continue;
            if (best < 0 || Load(drawn, best) < Load(best, drawn)) best = drawn;
            compared++;
        }

        return best >= 0 ? slots[best] : Least(Uniform(random), mask, random);
    }

    // The least loaded of all; of equals the first from a random start.
    private EndpointSlot? Least(int start, HealthFlags mask, ulong random)
    {
        var best = -1;
        for (var i = 0; i < slots.Length; i++)
        {
            var at = (start + i) % slots.Length;
            if (slots[at].IsPassedOver(mask, ref random)) continue;
            if (best < 0 || Load(at, best) < Load(best, at)) best = at;
        }

        return best >= 0 ? slots[best] : Fallback.Scan(slots, start, mask);
    }

    // Load per weight, compared without dividing: a/wa < b/wb is a*wb < b*wa.
    private ulong Load(int index, int other) => (ulong)slots[index].Active * _weights[other];

    private int Uniform(ulong random) => (int)Bits.Scale(random, (ulong)slots.Length);
}
