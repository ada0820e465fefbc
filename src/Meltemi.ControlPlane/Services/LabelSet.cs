using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services;

/// <summary>Labels of a workload or of a selector: sorted, immutable, equal by content. There may be millions, so that it is one array.</summary>
public sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly KeyValuePair<string, string>[] _sorted;
    private readonly int _hash;

    private LabelSet(KeyValuePair<string, string>[] sorted)
    {
        _sorted = sorted;
        var hash = new HashCode();
        foreach (var (key, value) in sorted) hash.Add(HashCode.Combine(key, value));
        _hash = hash.ToHashCode();
    }

    /// <summary>No labels.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>The labels in the order of their keys.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Pairs => _sorted;

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>The value of a label; null: not there.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (var (name, value) in _sorted)
                if (name == key)
                    return value;
            return null;
        }
    }

    /// <summary>Labels from pairs with distinct keys.</summary>
    public static LabelSet From(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var sorted = pairs.ToArray();
        if (sorted.Length == 0) return Empty;
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new(sorted);
    }

    /// <summary>These labels and others; where both have a key the other's value counts.</summary>
    public LabelSet With(LabelSet others)
    {
        if (others.Count == 0) return this;
        if (Count == 0) return others;
        var merged = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, _sorted).SetItems(others._sorted);
        return From(merged);
    }

    /// <summary>Whether a selector that asks for these labels takes a workload with those. No labels select everything.</summary>
    public bool Selects(LabelSet workload)
    {
        foreach (var (key, value) in _sorted)
            if (workload[key] != value)
                return false;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other) || (other is not null && other._hash == _hash && _sorted.AsSpan().SequenceEqual(other._sorted));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary><c>app=cart,version=v1</c>.</summary>
    public override string ToString() => string.Join(',', _sorted.Select(pair => $"{pair.Key}={pair.Value}"));
}
