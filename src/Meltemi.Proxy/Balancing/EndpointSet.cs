using System.Collections.Immutable;
using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Balancing.Subsets;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// The endpoints of a cluster at one time: one list, and how it is divided by priority and place. Made once and off the loops, with all tables that
/// choosing needs. Immutable.
/// <code>
///   endpoints 0 1 2 3 4 5 6      what loops keep connections by
///   hosts     priority 0: place a {0 1}  place b {2 3}      priority 1: {4 5 6}     a group of endpoints and its tables each
/// </code>
/// </summary>
public sealed class EndpointSet
{
    /// <summary>Makes a set and the tables that the balancer needs.</summary>
    /// <param name="endpoints">The endpoints; their order does not influence where hashes go.</param>
    /// <param name="balancer">How they are going to be chosen.</param>
    /// <param name="overprovisioning">In percent: how much more than its share of endpoints a priority or place can bear.</param>
    public EndpointSet(
        ImmutableArray<Endpoint> endpoints, BalancerConfig balancer, int overprovisioning = AssignmentConfig.DefaultOverprovisioning)
    {
        Endpoints = endpoints;
        Balancer = balancer;
        Overprovisioning = overprovisioning;
        Weights = [.. endpoints.Select(endpoint => endpoint.Weight)];
        Places = [.. endpoints.Select(endpoint => endpoint.Place)];
        Metadata = [.. endpoints.Select(endpoint => endpoint.Metadata)];
        Hosts = HostSet.Of(this);
        if (balancer.Subsets is { } subsets) Subsets = new(this, subsets);
    }

    /// <summary>No endpoints.</summary>
    internal static EndpointSet Empty { get; } = new([], new BalancerConfig());

    /// <summary>The endpoints.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>How they are chosen.</summary>
    public BalancerConfig Balancer { get; }

    /// <summary>In percent: how much more than its share of endpoints a priority or place can bear.</summary>
    internal int Overprovisioning { get; }

    /// <summary>The endpoints' weights when the set was made.</summary>
    internal ImmutableArray<uint> Weights { get; }

    /// <summary>The endpoints' places when the set was made.</summary>
    internal ImmutableArray<PlaceConfig> Places { get; }

    /// <summary>The endpoints by priority and place.</summary>
    internal HostSet Hosts { get; }

    /// <summary>Whether all endpoints of a priority are used because too few of them seem to be healthy.</summary>
    internal bool IsPanicking => Hosts.Undivided is { } all ? all.Availability.IsPanicking : Hosts.IsPanicking;

    /// <summary>The endpoints' metadata when the set was made.</summary>
    internal ImmutableArray<LbMetadata?> Metadata { get; }

    /// <summary>The endpoints by their metadata; null: that does not matter.</summary>
    internal SubsetTable? Subsets { get; }

    /// <summary>Whether a set of these endpoints, with the weights and places that they have now, would be the same.</summary>
    internal bool IsSameAs(ImmutableArray<Endpoint> endpoints, int overprovisioning) =>
        Overprovisioning == overprovisioning
            && Endpoints.SequenceEqual(endpoints)
            && Weights.SequenceEqual(endpoints.Select(endpoint => endpoint.Weight))
            && Places.SequenceEqual(endpoints.Select(endpoint => endpoint.Place))
            && Metadata.SequenceEqual(endpoints.Select(endpoint => endpoint.Metadata));
}
