using System.Collections.Immutable;
using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing.Subsets;

/// <summary>
/// The subsets of a set of endpoints: for each selector one for each combination of values that an endpoint has. A request belongs to the subset
/// whose keys and values are those that its route wants, no more and no fewer, as in Envoy. Made off the loops. Immutable.
/// </summary>
internal sealed class SubsetTable
{
    /// <summary>Most subsets of a cluster, each with its tables; requests for further ones are treated as those for subsets that do not exist.</summary>
    public const int MaxSubsets = 1024;

    private readonly Dictionary<LbMetadata, HostSet> _subsets = [];
    private readonly Dictionary<string, SubsetSelector> _selectors;
    private readonly SubsetsConfig _config;
    private readonly HostSet _all;
    private readonly HostSet? _default;

    public SubsetTable(EndpointSet set, SubsetsConfig config)
    {
        _config = config;
        _all = set.Hosts;
        _selectors = config.Selectors.DistinctBy(KeysText).ToDictionary(KeysText, StringComparer.Ordinal);
        foreach (var selector in _selectors.Values) Divide(set, selector);
        if (config.Default is not { } wanted) return;
        var members = Enumerable.Range(0, set.Endpoints.Length).Where(member => set.Metadata[member]?.Contains(wanted) == true).ToArray();
        if (members.Length > 0) _default = HostSet.Of(set, members, config.LocalityWeights);
    }

    /// <summary>Number of subsets.</summary>
    public int Count => _subsets.Count;

    /// <summary>Subsets that there were too many of.</summary>
    public int Dropped { get; private set; }

    /// <summary>The endpoints for requests that want these values.</summary>
    /// <param name="wanted">What the route says; null: nothing.</param>
    /// <param name="fellBack">The subset does not exist.</param>
    /// <returns>Null: nowhere.</returns>
    public HostSet? Find(LbMetadata? wanted, out bool fellBack)
    {
        fellBack = true;
        var fallback = _config.Fallback;
        while (wanted is not null && _selectors.TryGetValue(wanted.KeysText, out var selector))
        {
            if (_subsets.TryGetValue(wanted, out var subset))
            {
                fellBack = false;
                return subset;
            }

            if (selector.Fallback != SubsetFallback.FewerKeys)
            {
                fallback = selector.Fallback ?? fallback;
                break;
            }

            wanted = wanted.Only(selector.FallbackKeys);
        }

        return fallback switch
        {
            SubsetFallback.Any => _all,
            SubsetFallback.Default => _default ?? (_config.AnyInsteadOfDefault ? _all : null),
            _ => null,
        };
    }

    private static string KeysText(SubsetSelector selector) => string.Join('\n', selector.Keys);

    private void Divide(EndpointSet set, SubsetSelector selector)
    {
        var groups = Enumerable.Range(0, set.Endpoints.Length)
            .Select(member => (Member: member, Values: set.Metadata[member]?.Only(selector.Keys)))
            .Where(found => found.Values is not null)
            .GroupBy(found => found.Values!, found => found.Member);
        foreach (var group in groups)
        {
            if (_subsets.Count < MaxSubsets) _subsets[group.Key] = HostSet.Of(set, [.. group], _config.LocalityWeights);
            else Dropped++;
        }
    }
}
