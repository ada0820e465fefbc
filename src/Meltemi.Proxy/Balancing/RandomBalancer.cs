using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>Any endpoint, as often as its weight says.</summary>
public sealed class RandomBalancer(EndpointGroup group, EndpointSlot[] slots) : Balancer
{
    // With half of the endpoints unavailable one pick in 256 takes the scan, which favours the neighbours of unavailable ones.
    private const int MaxTries = 8;

    private readonly Availability _availability = group.Availability;
    private readonly AliasTable? _alias = group.Alias;

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var mask = _availability.Mask;
        var random = context.Random;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var slot = slots[_alias?.Pick(random) ?? Uniform(random)];
            if (!slot.IsPassedOver(mask, ref random)) return slot;
            random = Bits.Next(ref random);
        }

        return Fallback.Scan(slots, Uniform(random), mask);
    }

    private int Uniform(ulong random) => (int)Bits.Scale(random, (ulong)slots.Length);
}
