using System.Collections.Frozen;
using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>The kinds that are served, by their names in URLs.</summary>
internal sealed class KindCatalog
{
    private readonly FrozenDictionary<(string Group, string Version, string Plural), ResourceKind> _kinds;

    public KindCatalog(ImmutableArray<ResourceKind> kinds)
    {
        _kinds = kinds
            .SelectMany(kind => kind.Versions.Select(version => KeyValuePair.Create((kind.Group, version, kind.Plural), kind)))
            .ToFrozenDictionary();
        Groups =
        [
            .. kinds.GroupBy(kind => kind.Group).Select(group => new ApiGroup(group.Key, VersionsOf(group), [.. group])),
        ];
    }

    /// <summary>The groups in the order in which their kinds were given.</summary>
    public ImmutableArray<ApiGroup> Groups { get; }

    /// <summary>Null: there is no such kind, or not in this version.</summary>
    public ResourceKind? Find(string group, string version, string plural) => _kinds.GetValueOrDefault((group, version, plural));

    // The preferred version of the kind that has most comes first.
    private static ImmutableArray<string> VersionsOf(IEnumerable<ResourceKind> kinds) =>
        [.. kinds.OrderByDescending(kind => kind.Versions.Length).SelectMany(kind => kind.Versions).Distinct()];
}

/// <summary>A group of kinds.</summary>
/// <param name="Name">Empty: the core group.</param>
/// <param name="Versions">The preferred one first.</param>
/// <param name="Kinds">Those in any version.</param>
internal sealed record ApiGroup(string Name, ImmutableArray<string> Versions, ImmutableArray<ResourceKind> Kinds)
{
    /// <summary><c>GROUP/VERSION</c>, or the version alone.</summary>
    public string WithVersion(string version) => Name.Length == 0 ? version : $"{Name}/{version}";

    /// <summary>Where the kinds of a version are.</summary>
    public string Path(string version) => Name.Length == 0 ? $"/api/{version}" : $"/apis/{Name}/{version}";

    public IEnumerable<ResourceKind> KindsOf(string version) => Kinds.Where(kind => kind.Versions.Contains(version));
}
