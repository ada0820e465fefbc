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
    private int _version;

    public HostSetBalancer(HostSet hosts, EndpointSlot[] all, OwnPlace own, ulong seed)
    {
        _levels = [.. hosts.Levels.Select(level => new LevelBalancer(level, all, hosts.Overprovisioning, own, Bits.Next(ref seed)))];
        _overprovisioning = hosts.Overprovisioning;
        _available = new int[_levels.Length];
        _totals = Array.ConvertAll(_levels, level => level.Total);
        _shares = new int[_levels.Length];
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
        for (var i = 0; i < _levels.Length; i++)
        {
            percent -= _shares[i];
            if (percent < 0 && _levels[i].Pick(rest) is { } slot) return slot;
        }

        // The last endpoints of the chosen priorities went since the count, or nobody is there.
        foreach (var level in _levels)
        {
            if (level.Pick(rest) is { } slot) return slot;
        }

        return null;
    }

    private void Count()
    {
        for (var i = 0; i < _levels.Length; i++) _available[i] = _levels[i].Count();
        PriorityLoads.Share(_available, _totals, _overprovisioning, _shares);
    }
}
