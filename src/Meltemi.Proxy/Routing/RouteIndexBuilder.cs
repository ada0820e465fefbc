using System.Collections.Immutable;
using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing;

/// <summary>
/// Chooses by which attributes routes are indexed. Each route can stand in a table of any one or two attributes that it has exact
/// conditions on. In rounds, every route that is left says which table would leave it the fewest neighbours, and the table with the most
/// votes is built from its voters. So interface and method together are taken where many routes share an interface, and the
/// interface alone where that is enough.
/// </summary>
internal sealed class RouteIndexBuilder
{
    // Below it a scan is as fast as a look-up.
    private const int FewestRoutes = 8;

    // So many neighbours do not matter: fewer attributes to hash are then worth more.
    private const int FewNeighbours = 4;

    private readonly List<ExactTable> _tables = [];
    private readonly List<int> _indexed = [];
    private List<Candidate> _left;

    private RouteIndexBuilder(ImmutableArray<RouteConfig> routes, AttributeKeys keys) =>
        _left = routes.Select((route, position) => new Candidate(position, Places(route, keys))).ToList();

    /// <summary>The index of some routes; null if a scan is as good.</summary>
    public static RouteIndex? Build(ImmutableArray<RouteConfig> routes, AttributeKeys keys)
    {
        if (routes.Length < FewestRoutes) return null; // also spares the start of small proxies the compilation of all this
        var builder = new RouteIndexBuilder(routes, keys);
        while (builder._tables.Count < RouteIndex.MaxTables && builder.AddTable()) { }
        return builder._tables.Count == 0 ? null : builder.Finish();
    }

    private static ImmutableArray<Place> Places(RouteConfig route, AttributeKeys keys)
    {
        var exact = route.Match
            .Where(match => !match.Invert && match.Value is ExactMatch { IgnoreCase: false } && keys.IndexOf(match.Attribute) >= 0)
            .Select(match => (Slot: keys.IndexOf(match.Attribute), Value: Encoding.UTF8.GetBytes(((ExactMatch)match.Value).Value)))
            .DistinctBy(condition => condition.Slot)
            .OrderBy(condition => condition.Slot)
            .ToArray();
        var places = ImmutableArray.CreateBuilder<Place>();
        foreach (var (slot, value) in exact) places.Add(new(new(slot, -1), ExactTable.HashOf(value)));
        foreach (var (slot, value) in exact)
        {
            foreach (var (second, other) in exact.Where(other => other.Slot > slot))
            {
                places.Add(new(new(slot, second), ExactTable.HashOf(other, ExactTable.HashOf(value))));
            }
        }

        return places.ToImmutable();
    }

    private bool AddTable()
    {
        var neighbours = _left.SelectMany(route => route.Places).CountBy(place => place).ToDictionary();
        var sizes = _left.SelectMany(route => route.Places).CountBy(place => place.Attributes).ToDictionary();
        if (sizes.Count == 0) return false;

        // The last table takes all it can hold, whatever they would like better.
        var last = _tables.Count == RouteIndex.MaxTables - 1;
        var wishes = _left.ToDictionary(route => route.Position, Favourite);
        var votes = last ? sizes : wishes.Values.Where(wish => wish.HasValue).CountBy(wish => wish!.Value).ToDictionary();
        var (winner, count) = votes.MaxBy(vote => vote.Value);
        if (count < FewestRoutes) return false;

        var voters = _left.ToLookup(route =>
            last ? route.Places.Any(place => place.Attributes == winner) : wishes[route.Position] == winner);
        _tables.Add(Lay(voters[true], winner));
        _left = voters[false].ToList();
        return true;

        Attributes? Favourite(Candidate route) => route.Places.IsEmpty ? null : route.Places
            .MinBy(place => (Math.Max(FewNeighbours, neighbours[place]), -sizes[place.Attributes], place.Attributes.Second >= 0))
            .Attributes;
    }

    private ExactTable Lay(IEnumerable<Candidate> routes, Attributes attributes)
    {
        var buckets = new Dictionary<ulong, ExactTable.Range>();
        foreach (var bucket in routes.GroupBy(route => route.Places.First(place => place.Attributes == attributes).Hash))
        {
            var start = _indexed.Count;
            _indexed.AddRange(bucket.Select(route => route.Position));
            buckets.Add(bucket.Key, new(start, _indexed.Count));
        }

        return new(attributes.First, attributes.Second, buckets);
    }

    private RouteIndex Finish() => new([.. _tables], [.. _indexed, .. _left.Select(route => route.Position)], _indexed.Count);

    private sealed record Candidate(int Position, ImmutableArray<Place> Places);

    private readonly record struct Place(Attributes Attributes, ulong Hash);

    private readonly record struct Attributes(int First, int Second);
}
