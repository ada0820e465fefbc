using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>Chooses within one priority, for one loop: the place, then the endpoint.</summary>
internal sealed class LevelBalancer
{
    private readonly Balancer? _whole;
    private readonly Balancer[] _places;
    private readonly PriorityLevel _level;
    private readonly int _overprovisioning;

    private readonly ZoneRouting? _zones;
    private bool _zonesMatter;

    // Ends of the places' shares, one after the other.
    private readonly ulong[] _ends;
    private ulong _sum;

    public LevelBalancer(PriorityLevel level, EndpointSlot[] all, int overprovisioning, OwnPlace own, ulong seed)
    {
        _level = level;
        _overprovisioning = overprovisioning;
        _whole = level.Whole is { } whole ? BalancerFactory.Create(whole, all, Bits.Next(ref seed)) : null;
        _places = [.. level.Places.Select(place => BalancerFactory.Create(place.Group, all, Bits.Next(ref seed)))];
        _ends = new ulong[_places.Length];
        if (level.Zones is not null) _zones = new(level, own);
        Total = level.Whole?.Endpoints.Length ?? level.Places.Where(place => place.Weight > 0).Sum(place => place.Group.Endpoints.Length);
    }

    /// <summary>What zones had to do with the last choice.</summary>
    public ZoneOutcome Zone { get; private set; }

    /// <summary>All endpoints, but for those in places that are to get nothing.</summary>
    public int Total { get; }

    /// <summary>Counts those of them that are available, and shares the requests between the places by that.</summary>
    public int Count()
    {
        if (_zones is not null) CountZones(_zones);
        if (_level.Whole is { } whole) return Count(whole);
        _sum = 0;
        var count = 0;
        var panic = _level.Availability.IsPanicking;
        for (var i = 0; i < _ends.Length; i++)
        {
            var place = _level.Places[i];
            var available = Count(place.Group);
            if (place.Weight > 0) count += available;
            _ends[i] = _sum += PlaceShares.Effective(place.Weight, panic ? place.Group.Endpoints.Length : available, place.Group.Endpoints.Length, _overprovisioning);
        }

        return count;
    }

    public EndpointSlot? Pick(in PickContext context)
    {
        Zone = ZoneOutcome.None;
        if (_zones is not null) return PickByZone(context, _zones);
        if (_whole is not null) return _whole.Pick(context);
        if (_sum == 0) return null;
        var random = context.Random;
        var point = Bits.Scale(random, _sum);
        var place = 0;
        while (point >= _ends[place]) place++;
        var rest = context with { Random = Bits.Next(ref random) };
        if (_places[place].Pick(rest) is { } slot) return slot;

        // The place lost its last endpoint since the count.
        for (var i = 0; i < _places.Length; i++)
        {
            if (_level.Places[i].Weight > 0 && _places[i].Pick(rest) is { } other) return other;
        }

        return null;
    }

    // Of two draws the first says whether zones are looked at, the second where to.
    private EndpointSlot? PickByZone(in PickContext context, ZoneRouting zones)
    {
        if (zones.IsOutdated) CountZones(zones);
        var random = context.Random;
        if (!_zonesMatter || Bits.Scale(random, 10_000) >= _level.Zones!.RoutedPercent * 100) return _whole!.Pick(context);
        var point = Bits.Scale(Bits.Next(ref random), _sum);
        var place = 0;
        while (point >= _ends[place]) place++;
        Zone = place != zones.Own ? ZoneOutcome.Other : zones.Shares[place] == _sum ? ZoneOutcome.All : ZoneOutcome.Own;
        return _places[place].Pick(context with { Random = Bits.Next(ref random) }) ?? _whole!.Pick(context);
    }

    private void CountZones(ZoneRouting zones)
    {
        _zonesMatter = zones.TryCount();
        _sum = 0;
        for (var i = 0; i < _ends.Length; i++) _ends[i] = _sum += zones.Shares[i];
    }

    private static int Count(EndpointGroup group)
    {
        var available = 0;
        foreach (var endpoint in group.Endpoints) available += endpoint.Unavailable ? 0 : 1;
        return available;
    }
}

/// <summary>What zones had to do with a choice.</summary>
internal enum ZoneOutcome
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It stayed in the proxy's own place, as all do.</summary>
    All,

    /// <summary>It stayed in the proxy's own place, as some do.</summary>
    Own,

    /// <summary>It went to another place, because the own one has its share.</summary>
    Other,
}
