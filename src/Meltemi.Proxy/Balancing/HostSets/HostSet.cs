using System.Collections.Immutable;

namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>Endpoints of a cluster, all of them or a subset, by priority and place. Immutable.</summary>
internal sealed class HostSet
{
    private HostSet(EndpointSet set, int[] members, bool withPlaces)
    {
        Overprovisioning = set.Overprovisioning;
        Levels =
        [
            .. members.GroupBy(member => set.Places[member].Priority).OrderBy(level => level.Key)
                .Select((level, i) => new PriorityLevel(set, [.. level], isFirst: i == 0, withPlaces)),
        ];
        foreach (var level in Levels) level.Availability.Join([.. Levels.Select(one => one.Availability)], Overprovisioning);
        if (Levels.IsEmpty) Undivided = new EndpointGroup([], [], set.Balancer, members: []);
        else if (Levels.Length == 1 && Levels[0].Places.IsEmpty) Undivided = Levels[0].Whole;
    }

    /// <summary>The priorities, the most wanted first; gaps in their numbers mean nothing.</summary>
    public ImmutableArray<PriorityLevel> Levels { get; }

    /// <summary>The endpoints, if there is one priority whose places do not matter: the usual case, in which nothing stands before the algorithm.</summary>
    public EndpointGroup? Undivided { get; }

    /// <summary>Whether all endpoints of a priority are used because too few of them seem to be healthy.</summary>
    public bool IsPanicking
    {
        get
        {
            foreach (var level in Levels)
            {
                if (level.Availability.IsPanicking) return true;
            }

            return false;
        }
    }

    /// <summary>In percent: how much more than its share of endpoints a priority or place can bear.</summary>
    public int Overprovisioning { get; }

    /// <summary>All endpoints of a cluster.</summary>
    public static HostSet Of(EndpointSet set) => new(set, [.. Enumerable.Range(0, set.Endpoints.Length)], withPlaces: true);

    /// <summary>Some of them.</summary>
    /// <param name="members">Which, as indexes.</param>
    /// <param name="withPlaces">Places count among them.</param>
    public static HostSet Of(EndpointSet set, int[] members, bool withPlaces) => new(set, members, withPlaces);
}
