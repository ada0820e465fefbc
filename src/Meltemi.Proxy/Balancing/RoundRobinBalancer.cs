using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>One endpoint after the other; for equal weights. Each loop starts somewhere else.</summary>
public sealed class RoundRobinBalancer : Balancer
{
    private readonly EndpointSlot[] _slots;
    private int _next;

    /// <summary>A balancer of one loop.</summary>
    public RoundRobinBalancer(EndpointSlot[] slots, ulong seed)
    {
        _slots = slots;
        _next = (int)Bits.Scale(Bits.Next(ref seed), (ulong)slots.Length);
    }

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        for (var tries = _slots.Length; tries > 0; tries--)
        {
            var slot = _slots[_next];
            if (++_next == _slots.Length) _next = 0;
            if (!slot.Endpoint.Unavailable) return slot;
        }

        return null;
    }
}
