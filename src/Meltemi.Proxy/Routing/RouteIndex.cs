using Meltemi.Codec;

namespace Meltemi.Proxy.Routing;

/// <summary>
/// Narrows a message down to the few routes that can match it. Routes with exact conditions stand in up to four
/// <see cref="ExactTable"/>s, all others in a list; the candidates of all of them are tried in the order of the configuration, so
/// the answer is that of the scan. Immutable.
/// </summary>
internal sealed class RouteIndex
{
    /// <summary>Most tables, since each costs a look-up per message.</summary>
    public const int MaxTables = 4;

    private readonly ExactTable[] _tables;
    private readonly int[] _positions;
    private readonly ExactTable.Range _unindexed;

    /// <param name="tables">The tables.</param>
    /// <param name="positions">
    /// Positions of routes: first the buckets of the tables, then those that are in no table, each part in ascending order.
    /// </param>
    /// <param name="indexed">How many are in tables.</param>
    public RouteIndex(ExactTable[] tables, int[] positions, int indexed)
    {
        _tables = tables;
        _positions = positions;
        _unindexed = new(indexed, positions.Length);
    }

    /// <summary>The first of the routes that the message matches.</summary>
    public Route? Match(Route[] routes, ReadOnlySpan<byte> message, AttributeValues values)
    {
        Span<ExactTable.Range> lists = stackalloc ExactTable.Range[MaxTables + 1];
        var count = 0;
        lists[count++] = _unindexed;
        foreach (var table in _tables)
        {
            var found = table.Find(message, values);
            if (found.End > 0) lists[count++] = found;
        }

        lists = lists[..count];
        while (TryTakeFirst(lists, out var position))
        {
            if (routes[position].Matches(message, values)) return routes[position];
        }

        return null;
    }

    // Merges the ascending lists: takes the lowest of their heads.
    private bool TryTakeFirst(Span<ExactTable.Range> lists, out int position)
    {
        var best = -1;
        position = int.MaxValue;
        for (var i = 0; i < lists.Length; i++)
        {
            if (lists[i].Start == lists[i].End || _positions[lists[i].Start] >= position) continue;
            position = _positions[lists[i].Start];
            best = i;
        }

        if (best < 0) return false;
        lists[best] = lists[best] with { Start = lists[best].Start + 1 };
        return true;
    }
}
