namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>
/// How the requests of a priority are shared between its places by their weights, as Envoy does it: a place keeps its weight as long as its available
/// endpoints times the overprovisioning factor cover it, and loses in proportion below that.
/// </summary>
internal static class PlaceShares
{
    /// <summary>The share of a place in relation to the others.</summary>
    /// <param name="weight">Its weight.</param>
    /// <param name="available">Its available endpoints.</param>
    /// <param name="total">All its endpoints, at least one.</param>
    /// <param name="overprovisioning">The factor in percent.</param>
    public static ulong Effective(uint weight, int available, int total, int overprovisioning)
    {
        // Fine enough that rounding does not show, and coarse enough that the shares of 2^14 places fit 64 bits.
        const ulong Scale = 1 << 16;
        if (weight == 0 || available == 0) return 0;
        return Math.Max(1, weight * Math.Min(Scale, Scale * (ulong)available * (ulong)overprovisioning / (100UL * (ulong)total)));
    }
}
