using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>One loop's view of the places of a priority with zone aware routing: how much goes where from here.</summary>
internal sealed class ZoneRouting
{
    private readonly PriorityLevel _level;
    private readonly OwnPlace _own;
    private readonly ZoneAware _config;
    private readonly int _ownIndex;
    private readonly int[] _endpoints;
    private readonly int[] _peers;
    private readonly ulong[] _shares;
    private EndpointSet? _counted;

    public ZoneRouting(PriorityLevel level, OwnPlace own)
    {
        _level = level;
        _own = own;
        _config = level.Zones!;
        _ownIndex = level.Places.ToList().FindIndex(place => place.Locality == own.Locality);
        _endpoints = new int[level.Places.Length];
        _peers = new int[level.Places.Length];
        _shares = new ulong[level.Places.Length];
    }

    /// <summary>In relation to each other, by place; they count only after <see cref="TryCount"/> said so.</summary>
    public ReadOnlySpan<ulong> Shares => _shares;

    /// <summary>Index of the own place.</summary>
    public int Own => _ownIndex;

    /// <summary>Whether the peers are others than those that were counted.</summary>
    public bool IsOutdated => !ReferenceEquals(_counted, _own.Peers);

    /// <summary>Counts; false: places do not matter now, because there are too few endpoints, none here, or nobody knows where the proxies are.</summary>
    public bool TryCount()
    {
        _counted = _own.Peers;
        var all = 0;
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var available = 0;
            foreach (var endpoint in _level.Places[i].Group.Endpoints) available += endpoint.Unavailable ? 0 : 1;
            all += _endpoints[i] = available;
        }

        if (_ownIndex < 0 || _endpoints[_ownIndex] == 0 || all < _config.MinClusterSize || _level.Availability.IsPanicking) return false;
        if (_config.ForceFrom > 0 && _endpoints[_ownIndex] >= _config.ForceFrom)
        {
            Array.Clear(_shares);
            _shares[_ownIndex] = 1;
            return true;
        }

        var peers = CountPeers();
        if (peers == 0 || _peers[_ownIndex] == 0) return false;
        ZoneShares.Share(_endpoints, _peers, peers, _ownIndex, _shares);
        return true;
    }

    private int CountPeers()
    {
        Array.Clear(_peers);
        if (_counted is not { } peers) return 0;
        var all = 0;
        for (var p = 0; p < peers.Endpoints.Length; p++)
        {
            if (peers.Endpoints[p].Unavailable) continue;
            all++;
            for (var i = 0; i < _peers.Length; i++)
            {
                if (_level.Places[i].Locality == peers.Places[p].Locality) _peers[i]++;
            }
        }

        return all;
    }
}
