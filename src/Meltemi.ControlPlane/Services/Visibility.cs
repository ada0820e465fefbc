using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services;

/// <summary>Who can see a resource: its <c>exportTo</c>. Equal by content.</summary>
public sealed class Visibility : IEquatable<Visibility>
{
    private readonly ImmutableArray<string> _namespaces;

    private Visibility(bool everyone, ImmutableArray<string> namespaces)
    {
        IsPublic = everyone;
        _namespaces = namespaces;
    }

    /// <summary>All namespaces: <c>*</c>, or nothing said.</summary>
    public static Visibility Public { get; } = new(true, []);

    /// <summary>Nobody: <c>~</c>.</summary>
    public static Visibility Nobody { get; } = new(false, []);

    /// <summary>Whether all namespaces see it.</summary>
    public bool IsPublic { get; }

    /// <summary>The namespaces that see it when it is not public, sorted.</summary>
    public ImmutableArray<string> Namespaces => _namespaces;

    /// <summary>Reads an <c>exportTo</c> of a resource in a namespace.</summary>
    public static Visibility Parse(IReadOnlyCollection<string> exportTo, string ownNamespace)
    {
        if (exportTo.Count == 0 || exportTo.Contains("*")) return Public;
        if (exportTo.Contains("~")) return Nobody;
        return new(false, [.. exportTo.Select(name => name == "." ? ownNamespace : name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Whether somebody in a namespace sees it.</summary>
    public bool Includes(string ns) => IsPublic || _namespaces.BinarySearch(ns, StringComparer.Ordinal) >= 0;

    /// <summary>Whether there is a namespace that sees both.</summary>
    public bool Overlaps(Visibility other) =>
        IsPublic ? other.IsPublic || other._namespaces.Length > 0 : _namespaces.Any(other.Includes);

    /// <inheritdoc/>
    public bool Equals(Visibility? other) =>
        other is not null && IsPublic == other.IsPublic && _namespaces.AsSpan().SequenceEqual(other._namespaces.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Visibility);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsPublic, _namespaces.Length);

    /// <summary>As written: <c>*</c>, <c>~</c> or the namespaces.</summary>
    public override string ToString() => IsPublic ? "*" : _namespaces.Length == 0 ? "~" : string.Join(',', _namespaces);
}
