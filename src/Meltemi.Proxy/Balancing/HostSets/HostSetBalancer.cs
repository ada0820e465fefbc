using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>
/// What stands before the algorithms if endpoints are divided: chooses the priority by <see cref="PriorityLoads"/>, then the place, then lets the
/// place's algorithm choose the endpoint. Shares are counted anew when an endpoint of the process became available or unavailable.
/// <para>A hash has the same priority each time, by the same arithmetic as in Envoy.</para>
/// </summary>
internal sealed class HostSetBalancer : Balancer
{
    private readonly LevelBalancer[] _levels;
    private readonly int _overprovisioning;
    private readonly int[] _available;
    private readonly int[] _totals;
    private readonly int[] _shares;
    private readonly uint[] _priorities;

    // For requests that avoid priorities.
    private readonly int[] _rest;
    private readonly int[] _restShares;
    private int _version;

    public HostSetBalancer(HostSet hosts, EndpointSlot[] all, OwnPlace own, ulong seed)
    {
        _levels = [.. hosts.Levels.Select(level => new LevelBalancer(level, all, hosts.Overprovisioning, own, Bits.Next(ref seed)))];
        _overprovisioning = hosts.Overprovisioning;
        _available = new int[_levels.Length];
        _totals = Array.ConvertAll(_levels, level => level.Total);
        _shares = new int[_levels.Length];
        _priorities = [.. hosts.Levels.Select(level => level.Priority)];
        (_rest, _restShares) = (new int[_levels.Length], new int[_levels.Length]);
        _version = EndpointHealth.Changes;
        Count();
    }

    /// <summary>The priorities' shares in percent.</summary>
    internal ReadOnlySpan<int> Shares => _shares;

    /// <summary>What zones had to do with the last choice.</summary>
    internal ZoneOutcome Zone => _levels.Length > 0 ? _levels[0].Zone : ZoneOutcome.None;

    /// <inheritdoc/>
    public override EndpointSlot? Pick(in PickContext context)
    {
        var version = EndpointHealth.Changes;
        if (version != _version)
        {
            _version = version;
            Count();
        }

        var random = context.Random;
        var percent = (int)(context.HasHash ? context.Hash % 100 : Bits.Scale(random, 100));
        var rest = context with { Random = Bits.Next(ref random) };
        var shares = context.Tried is { PriorityFrequency: > 0 } tried ? Avoiding(tried) : _shares;
        for (var i = 0; i < _levels.Length; i++)
        {
            percent -= shares[i];
            if (percent < 0 && _levels[i].Pick(rest) is { } slot) return slot;
        }

        // The last endpoints of the chosen priorities went since the count, or nobody is there.
        foreach (var level in _levels)
        {
            if (level.Pick(rest) is { } slot) return slot;
        }

        return null;
    }

    /// <summary>The shares if the priorities that were tried had no endpoints; if that leaves none, the usual ones.</summary>
    private int[] Avoiding(TriedEndpoints tried)
    {
        for (var i = 0; i < _levels.Length; i++) _rest[i] = tried.Avoids(_priorities[i]) ? 0 : _available[i];
        PriorityLoads.Share(_rest, _totals, _overprovisioning, _restShares);
        return _restShares.AsSpan().ContainsAnyExcept(0) ? _restShares : _shares;
    }

    private void Count()
    {
        for (var i = 0; i < _levels.Length; i++) _available[i] = _levels[i].Count();
        PriorityLoads.Share(_available, _totals, _overprovisioning, _shares);
    }
}
