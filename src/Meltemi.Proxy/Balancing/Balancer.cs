namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Chooses among a fixed set of endpoints for one loop. When the set changes a new balancer is made, so implementations may precompute;
/// their changing state (a position, a heap) needs no locks.
/// </summary>
public abstract class Balancer
{
    /// <summary>An endpoint that may be used; null if there is none. Allocates nothing.</summary>
    public abstract EndpointSlot? Pick(in PickContext context);
}

/// <summary>What a choice may depend on.</summary>
/// <param name="Hash">Combined hash of the route's hash policies.</param>
/// <param name="HasHash">Whether a policy gave one; if not, hashing balancers use <paramref name="Random"/>.</param>
/// <param name="Random">Fresh random bits.</param>
public readonly record struct PickContext(ulong Hash, bool HasHash, ulong Random);
