using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>Makes balancers.</summary>
public static class BalancerFactory
{
    /// <summary>A balancer for one loop.</summary>
    /// <param name="set">The endpoints.</param>
    /// <param name="slots">The loop's views of them, in the same order.</param>
    /// <param name="seed">Random bits, different for each loop, so that the loops do not march in step.</param>
    public static Balancer Create(EndpointSet set, EndpointSlot[] slots, ulong seed)
    {
        if (slots.Length != set.Endpoints.Length) throw new ArgumentException("one slot per endpoint, in the same order", nameof(slots));
        return set.Balancer.Kind switch
        {
            _ when slots.Length == 0 => new NoBalancer(),
            BalancerKind.Random => new RandomBalancer(set, slots),
            BalancerKind.LeastRequest => new LeastRequestBalancer(set, slots),
            BalancerKind.RingHash => new RingHashBalancer(set.Ring!, slots),
            BalancerKind.Maglev => new MaglevBalancer(set.Maglev!, slots),
            _ when set.EqualWeights => new RoundRobinBalancer(slots, seed),
            _ => new WeightedRoundRobinBalancer(set, slots, seed),
        };
    }

    /// <summary>As above, with tables of its own: for a single loop.</summary>
    public static Balancer Create(BalancerConfig config, EndpointSlot[] slots, ulong seed) =>
        Create(new EndpointSet([.. slots.Select(slot => slot.Endpoint)], config), slots, seed);

    private sealed class NoBalancer : Balancer
    {
        public override EndpointSlot? Pick(in PickContext context) => null;
    }
}
