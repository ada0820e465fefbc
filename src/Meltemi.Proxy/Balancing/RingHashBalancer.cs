using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Consistent hashing on a <see cref="HashRing"/>. A hash whose endpoint is unavailable goes to the next endpoint on the ring, and comes
/// back when the endpoint does. Requests without a hash go anywhere.
/// </summary>
public sealed class RingHashBalancer(EndpointGroup group, EndpointSlot[] slots) : Balancer
{
    // Enough to get past several unavailable neighbours; a ring may have millions of points.
    private const int MaxSteps = 256;

    private readonly HashRing _ring = group.Ring!;
    private readonly Availability _availability = group.Availability;

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var mask = _availability.Mask;
        var hash = context.HasHash ? context.Hash : context.Random;
        var point = _ring.Find(hash);
        for (var steps = Math.Min(MaxSteps, _ring.Count); steps > 0; steps--)
        {
            var slot = slots[_ring.Owner(point)];
            if (!slot.IsPassedOver(mask)) return slot;
            if (++point == _ring.Count) point = 0;
        }

        return Fallback.Scan(slots, (int)Bits.Scale(Bits.Next(ref hash), (ulong)slots.Length), mask);
    }
}
