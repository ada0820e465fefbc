namespace Meltemi.Proxy.Balancing;

/// <summary>What the balancers do when the tries that their algorithm grants have met only endpoints to be passed over.</summary>
internal static class Fallback
{
    /// <summary>The first endpoint that may be used, starting somewhere and going round once; null if there is none.</summary>
    public static EndpointSlot? Scan(EndpointSlot[] slots, int start, HealthFlags mask)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            var at = start + i;
            var slot = slots[at < slots.Length ? at : at - slots.Length];
            if (!slot.IsPassedOver(mask)) return slot;
        }

        return null;
    }
}
