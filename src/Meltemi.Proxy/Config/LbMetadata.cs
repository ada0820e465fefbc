using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>
/// What balancers know of an endpoint, or a route wants of endpoints: the values of <c>envoy.lb</c> in their metadata, each as JSON text. Compared by value;
/// cheaply, because requests look their subset up by it. Immutable.
/// </summary>
public sealed class LbMetadata : IEquatable<LbMetadata>
{
    private readonly ImmutableSortedDictionary<string, string> _values;
    private readonly string _text;
    private readonly int _hash;

    /// <summary>Of these values.</summary>
    public LbMetadata(IEnumerable<KeyValuePair<string, string>> values)
    {
        _values = values.ToImmutableSortedDictionary(StringComparer.Ordinal);
        KeysText = string.Join('\n', _values.Keys);
        _text = string.Join('\n', _values.Select(value => $"{value.Key}\0{value.Value}"));
        _hash = _text.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>Number of values.</summary>
    public int Count => _values.Count;

    /// <summary>The keys in order, as one text.</summary>
    internal string KeysText { get; }

    /// <summary>With the values of another over these.</summary>
    public LbMetadata With(LbMetadata? other) => other is null ? this : new(_values.SetItems(other._values));

    /// <summary>Only the values of these keys; null: some have none.</summary>
    public LbMetadata? Only(IEnumerable<string> keys)
    {
        var values = new List<KeyValuePair<string, string>>();
        foreach (var key in keys)
        {
            if (!_values.TryGetValue(key, out var value)) return null;
            values.Add(new(key, value));
        }

        return new(values);
    }

    /// <summary>Whether all values of the other are here.</summary>
    public bool Contains(LbMetadata other) => other._values.All(wanted => _values.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    /// <inheritdoc/>
    public bool Equals(LbMetadata? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _text == other._text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LbMetadata);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _values.Select(value => $"{value.Key}={value.Value}"));
}
