using System.Collections;
using System.Collections.Immutable;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// Resources of one type by name, immutable. A changed set shares what is equal with the one that it was made from, and an unchanged one is the same object,
/// so that whoever compares two snapshots can skip whole types by reference.
/// </summary>
public sealed class ResourceSet : IReadOnlyCollection<XdsResource>
{
    private readonly ImmutableDictionary<string, XdsResource> _byName;
    private readonly ResourceSet? _base;

    private ResourceSet(ImmutableDictionary<string, XdsResource> byName, ResourceSet? shared = null)
    {
        _byName = byName;
        _base = shared;
    }

    /// <summary>No resources. Values are compared by reference: by content, what comes from other resources would not replace what is equal.</summary>
    public static ResourceSet Empty { get; } = new(ImmutableDictionary.Create<string, XdsResource>(StringComparer.Ordinal, ReferenceEqualityComparer.Instance));

    /// <inheritdoc/>
    public int Count => _byName.Count + (_base?.Count ?? 0);

    /// <summary>A resource by name; null: none.</summary>
    public XdsResource? Find(string name) => _byName.GetValueOrDefault(name) ?? _base?.Find(name);

    /// <summary>The set after changes: a name with null is taken out. The same object if nothing differs.</summary>
    /// <param name="edits">What each name is to be.</param>
    /// <param name="changes">What really differs is added to it.</param>
    public ResourceSet With(IReadOnlyDictionary<string, XdsResource?> edits, List<ResourceChange> changes)
    {
        ImmutableDictionary<string, XdsResource>.Builder? builder = null;
        foreach (var (name, after) in edits)
        {
            var before = _byName.GetValueOrDefault(name);
            if (before is null ? after is null : Same(before, after)) continue;
            builder ??= _byName.ToBuilder();
            if (after is null) builder.Remove(name);
            else builder[name] = after;
            changes.Add(new(before, after));
        }

        return builder is null ? this : new(builder.ToImmutable(), _base);
    }

    /// <summary>What many have and what is one's own, as one set; where both have a name the own one counts for <see cref="Find"/>.</summary>
    public static ResourceSet Union(ResourceSet shared, ResourceSet own) => own.Count == 0 ? shared : shared.Count == 0 ? own : new(own._byName, shared);

    // Made from other resources is a difference too, though not one that a proxy is told: the status of those resources hangs on it.
    private static bool Same(XdsResource before, XdsResource? after) =>
        before.Equals(after) && before.Sources.AsSpan().SequenceEqual(after.Sources.AsSpan());

    /// <inheritdoc/>
    public IEnumerator<XdsResource> GetEnumerator()
    {
        foreach (var (_, resource) in _byName) yield return resource;
        if (_base is null) yield break;
        foreach (var resource in _base) yield return resource;
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A resource instead of another one.</summary>
/// <param name="Before">What was there; null: nothing.</param>
/// <param name="After">What is there; null: nothing any more.</param>
public readonly record struct ResourceChange(XdsResource? Before, XdsResource? After);
