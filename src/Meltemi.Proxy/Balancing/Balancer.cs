using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Chooses among a fixed set of endpoints for one loop. When the set changes a new balancer is made, so implementations may precompute;
/// their changing state (a position, a heap) needs no locks.
/// </summary>
public abstract class Balancer
{
    /// <summary>An endpoint that may be used; null if there is none. Allocates nothing. Knows nothing of <see cref="PickContext.Tried"/>.</summary>
    public abstract EndpointSlot? Pick(in PickContext context);

    /// <summary>
    /// As <see cref="Pick"/>, but chooses anew, up to <see cref="TriedEndpoints.MaxAttempts"/> times, when the endpoint was tried before. Prefers
    /// availability: if only such endpoints come up, the last of them is the answer.
    /// </summary>
    public EndpointSlot? PickUntried(in PickContext context)
    {
        var slot = Pick(context);
        if (context.Tried is not { } tried) return slot;
        // A hash leads to the same endpoint each time, so the next attempts hash the hash: the same request has the same second choice.
        var (hash, random) = (context.Hash, context.Random);
        for (var attempts = tried.MaxAttempts; attempts > 0 && slot is not null && tried.Contains(slot.Endpoint); attempts--)
            slot = Pick(context with { Hash = hash = Bits.Next(ref hash), Random = random = Bits.Next(ref random) });
        return slot;
    }
}

/// <summary>What a choice may depend on.</summary>
/// <param name="Hash">Combined hash of the route's hash policies.</param>
/// <param name="HasHash">Whether a policy gave one; if not, hashing balancers use <paramref name="Random"/>.</param>
/// <param name="Random">Fresh random bits.</param>
/// <param name="Tried">Endpoints that are to be avoided; null: none. Honoured by <see cref="Balancer.PickUntried"/>.</param>
/// <param name="Subset">The subset that the route wants (<c>metadata_match</c>); null: none.</param>
public readonly record struct PickContext(ulong Hash, bool HasHash, ulong Random, TriedEndpoints? Tried = null, LbMetadata? Subset = null);
