using System.Collections.Immutable;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>The endpoints of one priority: all of them in one group, or a group for each place. Immutable.</summary>
internal sealed class PriorityLevel
{
    // What weights of places are scaled to, fine enough that rounding does not show.
    private const double PlaceScale = 1 << 20;

    /// <summary>Builds the tables.</summary>
    /// <param name="set">All endpoints of the cluster.</param>
    /// <param name="members">Which of them, as indexes.</param>
    /// <param name="isFirst">It is the most wanted priority, the only one that zones matter in.</param>
    /// <param name="withPlaces">Their places count, if the balancer looks at places.</param>
    public PriorityLevel(EndpointSet set, int[] members, bool isFirst, bool withPlaces)
    {
        Priority = set.Places[members[0]].Priority;
        Availability = new([.. members.Select(member => set.Endpoints[member])], set.Balancer);
        var places = members.GroupBy(member => set.Places[member].Locality).ToArray();
        var weighted = withPlaces && set.Balancer.Localities is WeightedLocalities && members.Any(member => set.Places[member].Weight > 0);
        if (weighted && places.Length > 1 && !set.Balancer.IsHashing)
            Places = [.. places.Select(place => PlaceOf(set, place.Key, [.. place]))];
        else if (withPlaces && set.Balancer.Localities is ZoneAware zones && isFirst && places.Length > 1 && !set.Balancer.IsHashing)
            (Zones, Whole, Places) = (zones, GroupOf(set, members), [.. places.Select(place => PlaceOf(set, place.Key, [.. place]))]);
        else
            Whole = weighted && places.Length > 1 ? Merge(set, places) : GroupOf(set, members);
    }

    /// <summary>Its number; 0 is the most wanted.</summary>
    public uint Priority { get; }

    /// <summary>Which of the endpoints may be used at this moment.</summary>
    public Availability Availability { get; }

    /// <summary>All endpoints; null: there are only places.</summary>
    public EndpointGroup? Whole { get; }

    /// <summary>Requests stay in the own place as far as that is fair; null: they do not.</summary>
    public ZoneAware? Zones { get; }

    /// <summary>The places; none: they do not matter.</summary>
    public ImmutableArray<PlaceGroup> Places { get; } = [];

    private PlaceGroup PlaceOf(EndpointSet set, LocalityConfig locality, int[] members) =>
        new(locality, set.Places[members[0]].Weight, GroupOf(set, members));

    private EndpointGroup GroupOf(EndpointSet set, int[] members) =>
        GroupOf(set, members, [.. members.Select(member => set.Weights[member])]);

    private EndpointGroup GroupOf(EndpointSet set, int[] members, ImmutableArray<uint> weights) => new(
        [.. members.Select(member => set.Endpoints[member])], weights, set.Balancer, Availability, IsWholeList(set, members) ? null : members);

    private static bool IsWholeList(EndpointSet set, int[] members)
    {
        if (members.Length != set.Endpoints.Length) return false;
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i] != i) return false;
        }

        return true;
    }

    // A hash must find its endpoint among all, so a place's weight is multiplied into those of its endpoints. Places without one get nothing.
    private EndpointGroup Merge(EndpointSet set, IEnumerable<IGrouping<LocalityConfig, int>> places)
    {
        var members = new List<int>();
        var weights = ImmutableArray.CreateBuilder<uint>();
        foreach (var place in places)
        {
            double weight = set.Places[place.First()].Weight;
            if (weight == 0) continue;
            var share = weight * PlaceScale / place.Sum(member => (double)set.Weights[member]);
            members.AddRange(place);
            weights.AddRange(place.Select(member => (uint)Math.Clamp(Math.Round(set.Weights[member] * share), 1, uint.MaxValue)));
        }

        return GroupOf(set, [.. members], weights.ToImmutable());
    }
}

/// <summary>The endpoints of one place within a priority.</summary>
/// <param name="Locality">The place.</param>
/// <param name="Weight">What it is to get in relation to the others; 0: nothing.</param>
/// <param name="Group">Its endpoints.</param>
internal sealed record PlaceGroup(LocalityConfig Locality, uint Weight, EndpointGroup Group);
