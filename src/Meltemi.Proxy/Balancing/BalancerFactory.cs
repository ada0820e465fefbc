using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Balancing.Subsets;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>Makes balancers.</summary>
public static class BalancerFactory
{
    /// <summary>A balancer for one loop.</summary>
    /// <param name="set">The endpoints.</param>
    /// <param name="slots">The loop's views of them, in the same order.</param>
    /// <param name="seed">Random bits, different for each loop, so that the loops do not march in step.</param>
    /// <param name="own">Where the proxy stands; null: that is not known.</param>
    public static Balancer Create(EndpointSet set, EndpointSlot[] slots, ulong seed, OwnPlace? own = null)
    {
        if (slots.Length != set.Endpoints.Length) throw new ArgumentException("one slot per endpoint, in the same order", nameof(slots));
        foreach (var slot in slots) slot.LeaveGroups();
        return set.Subsets is { } subsets ? new SubsetBalancer(subsets, slots, own, seed) : Create(set.Hosts, slots, own, seed);
    }

    /// <summary>As above, with tables of its own: for a single loop.</summary>
    public static Balancer Create(BalancerConfig config, EndpointSlot[] slots, ulong seed) =>
        Create(new EndpointSet([.. slots.Select(slot => slot.Endpoint)], config), slots, seed);

    /// <summary>For endpoints by priority and place. Those that are not divided need nothing but the algorithm.</summary>
    /// <param name="all">The loop's views of all endpoints of the cluster.</param>
    internal static Balancer Create(HostSet hosts, EndpointSlot[] all, OwnPlace? own, ulong seed) =>
        hosts.Undivided is { } group ? Create(group, all, seed) : new HostSetBalancer(hosts, all, own ?? OwnPlace.Unknown, seed);

    /// <summary>The algorithm for a group of endpoints.</summary>
    internal static Balancer Create(EndpointGroup group, EndpointSlot[] all, ulong seed)
    {
        var slots = group.SlotsOf(all);
        return group.Balancer.Kind switch
        {
            _ when slots.Length == 0 => new NoBalancer(),
            BalancerKind.Random => new RandomBalancer(group, slots),
            BalancerKind.LeastRequest => new LeastRequestBalancer(group, slots),
            BalancerKind.PeakEwma => new PeakEwmaBalancer(group, slots),
            BalancerKind.RingHash or BalancerKind.Maglev when group.Balancer.HashBalanceFactor > 0 => new BoundedHashBalancer(group, slots),
            BalancerKind.RingHash => new RingHashBalancer(group, slots),
            BalancerKind.Maglev => new MaglevBalancer(group, slots),
            _ when group.EqualWeights => new RoundRobinBalancer(group, slots, seed),
            _ => new WeightedRoundRobinBalancer(group, slots, seed),
        };
    }

    private sealed class NoBalancer : Balancer
    {
        public override EndpointSlot? Pick(in PickContext context) => null;
    }
}
