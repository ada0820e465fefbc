namespace Meltemi.RateLimit.Rules;

/// <summary>A place in the tree of a domain's limits. Immutable once read.</summary>
internal sealed class RuleNode
{
    private readonly Dictionary<(string Key, string Value), RuleNode> _exact = [];
    private readonly Dictionary<string, RuleNode> _anyValue = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Prefix, RuleNode Node)> _wildcards = [];

    /// <summary>The limit for descriptors that end here; null: none.</summary>
    public LimitRule? Rule { get; set; }

    /// <summary>Adds a place below; false: it is there already.</summary>
    /// <param name="value">Empty: any. With an asterisk at its end: any that begins so.</param>
    public bool TryAdd(string key, string value, RuleNode node)
    {
        if (value.Length == 0) return _anyValue.TryAdd(key, node);
        if (!value.EndsWith('*')) return _exact.TryAdd((key, value), node);
        var prefix = value[..^1];
        if (_wildcards.Exists(known => known.Key == key && known.Prefix == prefix)) return false;
        _wildcards.Add((key, prefix, node));
        _wildcards.Sort((a, b) => b.Prefix.Length - a.Prefix.Length); // the longest that fits
        return true;
    }

    /// <summary>The place below for an entry: the exact value before a wildcard, that before any value; null: none.</summary>
    public RuleNode? Find(string key, string value)
    {
        if (_exact.TryGetValue((key, value), out var exact)) return exact;
        foreach (var (wildcardKey, prefix, node) in _wildcards)
        {
            if (wildcardKey == key && value.StartsWith(prefix, StringComparison.Ordinal)) return node;
        }

        return _anyValue.GetValueOrDefault(key);
    }
}
