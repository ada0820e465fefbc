using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>The resources of a proxy: those that it shares with its like, and its own.</summary>
public sealed class ProxySnapshot : IXdsSnapshot
{
    private readonly ResourceSet[] _sets;

    internal ProxySnapshot(ResourceSets sets, long revision)
    {
        Sets = sets;
        _sets = [sets.Clusters, sets.Endpoints, sets.Listeners, sets.Routes];
        Revision = revision;
    }

    /// <summary>Nothing.</summary>
    public static ProxySnapshot Empty { get; } = new(ResourceSets.Empty, 0);

    /// <summary>Revision of the store that it was made from.</summary>
    public long Revision { get; }

    internal ResourceSets Sets { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<XdsResource> All(string type) => Of(type) ?? ResourceSet.Empty;

    /// <inheritdoc/>
    public XdsResource? Find(string type, string name) => Of(type)?.Find(name);

    private ResourceSet? Of(string type)
    {
        var at = XdsTypes.InOrder.IndexOf(type);
        return at < 0 ? null : _sets[at];
    }
}

/// <summary>One set for each type.</summary>
internal sealed record ResourceSets(ResourceSet Clusters, ResourceSet Endpoints, ResourceSet Listeners, ResourceSet Routes)
{
    /// <summary>Nothing.</summary>
    public static ResourceSets Empty { get; } = new(ResourceSet.Empty, ResourceSet.Empty, ResourceSet.Empty, ResourceSet.Empty);

    /// <summary>No resource at all.</summary>
    public bool IsEmpty => Clusters.Count + Endpoints.Count + Listeners.Count + Routes.Count == 0;

    /// <summary>All resources.</summary>
    public IEnumerable<XdsResource> All => Clusters.Concat(Endpoints).Concat(Listeners).Concat(Routes);

    /// <summary>What many have and what is one's own.</summary>
    public static ResourceSets Union(ResourceSets shared, ResourceSets own) => new(
        ResourceSet.Union(shared.Clusters, own.Clusters), ResourceSet.Union(shared.Endpoints, own.Endpoints),
        ResourceSet.Union(shared.Listeners, own.Listeners), ResourceSet.Union(shared.Routes, own.Routes));

    /// <summary>What many have and what is one's own; what a proxy has already is used again where it is the same.</summary>
    public static ResourceSets Union(ResourceSets shared, ResourceSets own, ResourceSets lastShared, ResourceSets lastOwn, ResourceSets last) => new(
        Union(shared.Clusters, own.Clusters, lastShared.Clusters, lastOwn.Clusters, last.Clusters),
        Union(shared.Endpoints, own.Endpoints, lastShared.Endpoints, lastOwn.Endpoints, last.Endpoints),
        Union(shared.Listeners, own.Listeners, lastShared.Listeners, lastOwn.Listeners, last.Listeners),
        Union(shared.Routes, own.Routes, lastShared.Routes, lastOwn.Routes, last.Routes));

    private static ResourceSet Union(ResourceSet shared, ResourceSet own, ResourceSet lastShared, ResourceSet lastOwn, ResourceSet last) =>
        ReferenceEquals(shared, lastShared) && ReferenceEquals(own, lastOwn) ? last : ResourceSet.Union(shared, own);
}
