using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing.Subsets;

/// <summary>
/// Chooses within the subset that the request's route wants. A loop makes the balancer of a subset when it first needs it: of many subsets most loops
/// use few.
/// </summary>
internal sealed class SubsetBalancer(SubsetTable table, EndpointSlot[] slots, OwnPlace? own, ulong seed) : Balancer
{
    // What routes want; a bound, because routes may change more often than endpoints.
    private const int MaxWanted = 4096;

    private readonly Dictionary<LbMetadata, Found> _byWanted = [];
    private readonly Dictionary<HostSet, Balancer> _balancers = new(ReferenceEqualityComparer.Instance);
    private Found? _withoutWish;
    private ulong _seed = seed;

    /// <summary>Whether the last request's subset did not exist.</summary>
    public bool FellBack { get; private set; }

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var found = context.Subset is not { } wanted ? _withoutWish ??= Find(null) : _byWanted.GetValueOrDefault(wanted) ?? Find(wanted);
        FellBack = found.FellBack;
        return found.Balancer?.Pick(context);
    }

    private Found Find(LbMetadata? wanted)
    {
        var hosts = table.Find(wanted, out var fellBack);
        Balancer? balancer = null;
        if (hosts is not null && !_balancers.TryGetValue(hosts, out balancer))
            _balancers[hosts] = balancer = BalancerFactory.Create(hosts, slots, own, Bits.Next(ref _seed));
        var found = new Found(balancer, fellBack);
        if (wanted is null) return found;
        if (_byWanted.Count >= MaxWanted) _byWanted.Clear();
        return _byWanted[wanted] = found;
    }

    private sealed record Found(Balancer? Balancer, bool FellBack);
}
