using System.Collections.Immutable;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Endpoints that one algorithm chooses among, with the tables that it looks things up in. The tables are expensive, so they are made here,
/// once and off the loops, and shared by the balancers of all loops. Immutable.
/// </summary>
public sealed class EndpointGroup
{
    /// <summary>Makes the tables that the balancer needs.</summary>
    /// <param name="endpoints">The endpoints; their order does not influence where hashes go.</param>
    /// <param name="weights">Their weights, at least 1 each.</param>
    /// <param name="balancer">How they are going to be chosen.</param>
    /// <param name="availability">Which of them may be used; null: that depends on none but them.</param>
    /// <param name="members">Their places in the cluster's list; null: they are that list.</param>
    internal EndpointGroup(
        ImmutableArray<Endpoint> endpoints, ImmutableArray<uint> weights, BalancerConfig balancer, Availability? availability = null, int[]? members = null)
    {
        Availability = availability ?? new(endpoints, balancer);
        Endpoints = endpoints;
        Weights = weights;
        Balancer = balancer;
        Members = members;
        EqualWeights = Weights.Distinct().Count() <= 1;
        if (endpoints.IsEmpty) return;
        if (balancer.Kind == BalancerKind.RingHash) Ring = balancer.Ketama ? HashRing.BuildKetama(this) : HashRing.Build(this);
        else if (balancer.Kind == BalancerKind.Maglev) Maglev = new(this, balancer.MaglevTableSize);
        else if (balancer.Kind != BalancerKind.RoundRobin && !EqualWeights) Alias = new(Weights.AsSpan());
    }

    /// <summary>The endpoints.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>How they are chosen.</summary>
    public BalancerConfig Balancer { get; }

    /// <summary>The endpoints' weights when the group was made.</summary>
    internal ImmutableArray<uint> Weights { get; }

    /// <summary>Whether all weights are the same.</summary>
    internal bool EqualWeights { get; }

    /// <summary>Which of them may be used at this moment.</summary>
    internal Availability Availability { get; }

    /// <summary>For ring hash.</summary>
    internal HashRing? Ring { get; }

    /// <summary>For Maglev.</summary>
    internal MaglevTable? Maglev { get; }

    /// <summary>For random and least request, if the weights differ.</summary>
    internal AliasTable? Alias { get; }

    /// <summary>Places of the endpoints in the cluster's list; null: they are that list.</summary>
    private int[]? Members { get; }

    /// <summary>A loop's views of the endpoints, from those of the cluster's list.</summary>
    internal EndpointSlot[] SlotsOf(EndpointSlot[] all) => Members is null ? all : Array.ConvertAll(Members, member => all[member]);

    /// <summary>Indexes of the endpoints by hash key, so that all proxies build the same tables whatever order they were told.</summary>
    internal int[] ByHashKey()
    {
        var order = Enumerable.Range(0, Endpoints.Length).ToArray();
        Array.Sort(order, (a, b) => string.CompareOrdinal(Endpoints[a].HashKey, Endpoints[b].HashKey));
        return order;
    }
}
