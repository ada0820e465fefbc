using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Consistent hashing by a <see cref="MaglevTable"/>: one array access. A hash whose endpoint is unavailable is hashed again, so that the
/// load of that endpoint spreads over all others, and comes back when the endpoint does. Requests without a hash go anywhere.
/// </summary>
public sealed class MaglevBalancer(EndpointGroup group, EndpointSlot[] slots) : Balancer
{
    private const int MaxTries = 16;

    private readonly MaglevTable _table = group.Maglev!;
    private readonly Availability _availability = group.Availability;

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var mask = _availability.Mask;
        var hash = context.HasHash ? context.Hash : context.Random;
        for (var tries = MaxTries; tries > 0; tries--)
        {
            var slot = slots[_table.Find(hash)];
            if (!slot.IsPassedOver(mask)) return slot;
            hash = Bits.Next(ref hash);
        }

        return Fallback.Scan(slots, (int)Bits.Scale(hash, (ulong)slots.Length), mask);
    }
}
