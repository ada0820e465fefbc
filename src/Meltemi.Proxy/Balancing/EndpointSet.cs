using System.Collections.Immutable;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// The endpoints of a cluster at one time, with the tables that its balancers look things up in. The tables are expensive, so they are
/// made here, once and off the loops, and shared by the balancers of all loops. Immutable.
/// </summary>
public sealed class EndpointSet
{
    /// <summary>Makes a set and the tables that the balancer needs.</summary>
    /// <param name="endpoints">The endpoints; their order does not influence where hashes go.</param>
    /// <param name="balancer">How they are going to be chosen.</param>
    public EndpointSet(ImmutableArray<Endpoint> endpoints, BalancerConfig balancer)
    {
        Endpoints = endpoints;
        Balancer = balancer;
        Weights = [.. endpoints.Select(endpoint => endpoint.Weight)];
        EqualWeights = Weights.Distinct().Count() <= 1;
        if (endpoints.IsEmpty) return;
        if (balancer.Kind == BalancerKind.RingHash) Ring = balancer.Ketama ? HashRing.BuildKetama(this) : HashRing.Build(this);
        else if (balancer.Kind == BalancerKind.Maglev) Maglev = new(this, balancer.MaglevTableSize);
        else if (balancer.Kind != BalancerKind.RoundRobin && !EqualWeights) Alias = new(Weights.AsSpan());
    }

    /// <summary>No endpoints.</summary>
    internal static EndpointSet Empty { get; } = new([], new BalancerConfig());

    /// <summary>The endpoints.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>How they are chosen.</summary>
    public BalancerConfig Balancer { get; }

    /// <summary>The endpoints' weights when the set was made.</summary>
    internal ImmutableArray<uint> Weights { get; }

    /// <summary>Whether all weights are the same.</summary>
    internal bool EqualWeights { get; }

    /// <summary>For ring hash.</summary>
    internal HashRing? Ring { get; }

    /// <summary>For Maglev.</summary>
    internal MaglevTable? Maglev { get; }

    /// <summary>For random and least request, if the weights differ.</summary>
    internal AliasTable? Alias { get; }

    /// <summary>Indexes of the endpoints by hash key, so that all proxies build the same tables whatever order they were told.</summary>
    internal int[] ByHashKey()
    {
        var order = Enumerable.Range(0, Endpoints.Length).ToArray();
        Array.Sort(order, (a, b) => string.CompareOrdinal(Endpoints[a].HashKey, Endpoints[b].HashKey));
        return order;
    }
}
