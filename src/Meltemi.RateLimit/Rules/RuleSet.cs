using Envoy.Extensions.Common.Ratelimit.V3;

namespace Meltemi.RateLimit.Rules;

/// <summary>The limits of all domains. Immutable.</summary>
public sealed class RuleSet
{
    private readonly Dictionary<string, RuleNode> _domains;

    internal RuleSet(Dictionary<string, RuleNode> domains) => _domains = domains;

    /// <summary>No limits.</summary>
    public static RuleSet Empty { get; } = new([]);

    /// <summary>Domains with limits.</summary>
    public IReadOnlyCollection<string> Domains => _domains.Keys;

    /// <summary>
    /// The limit of a descriptor: that of the place where its last entry leads; null: there is none, also if more entries would lead to one.
    /// </summary>
    public LimitRule? Find(string domain, RateLimitDescriptor descriptor)
    {
        if (descriptor.Entries.Count == 0 || !_domains.TryGetValue(domain, out var node)) return null;
        foreach (var entry in descriptor.Entries)
        {
            if (node.Find(entry.Key, entry.Value) is not { } next) return null;
            node = next;
        }

        return node.Rule;
    }
}
