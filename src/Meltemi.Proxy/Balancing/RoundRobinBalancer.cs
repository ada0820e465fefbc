using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>One endpoint after the other; for equal weights. Each loop starts somewhere else.</summary>
public sealed class RoundRobinBalancer : Balancer
{
    private readonly Availability _availability;
    private readonly EndpointSlot[] _slots;
    private int _next;

    /// <summary>A balancer of one loop.</summary>
    public RoundRobinBalancer(EndpointGroup group, EndpointSlot[] slots, ulong seed)
    {
        _availability = group.Availability;
        _slots = slots;
        _next = (int)Bits.Scale(Bits.Next(ref seed), (ulong)slots.Length);
    }

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var mask = _availability.Mask;
        var random = context.Random;
        for (var tries = _slots.Length; tries > 0; tries--)
        {
            var slot = _slots[_next];
            if (++_next == _slots.Length) _next = 0;
            if (!slot.IsPassedOver(mask, ref random)) return slot;
        }

        return Fallback.Scan(_slots, (int)Bits.Scale(random, (ulong)_slots.Length), mask);
    }
}
