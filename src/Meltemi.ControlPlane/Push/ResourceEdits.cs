using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>Changes to the sets of a scope, collected and then made at once.</summary>
internal sealed class ResourceEdits
{
    private readonly Dictionary<string, XdsResource?> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, XdsResource?> _endpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, XdsResource?> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, XdsResource?> _routes = new(StringComparer.Ordinal);

    /// <summary>One resource instead of another one of its name.</summary>
    public void Set(XdsResource resource) => Of(resource.Type)[resource.Name] = resource;

    /// <summary>A resource goes, unless another one of its name comes.</summary>
    public void Remove(XdsResource resource) => Of(resource.Type).TryAdd(resource.Name, null);

    /// <summary>The sets after the changes; sets that nothing changes are the same objects. What differs is added to <paramref name="changes"/>.</summary>
    public ResourceSets Apply(ResourceSets sets, List<ResourceChange> changes) => new(
        sets.Clusters.With(_clusters, changes), sets.Endpoints.With(_endpoints, changes),
        sets.Listeners.With(_listeners, changes), sets.Routes.With(_routes, changes));

    private Dictionary<string, XdsResource?> Of(string type) => type switch
    {
        XdsTypes.Cluster => _clusters,
        XdsTypes.Endpoints => _endpoints,
        XdsTypes.Listener => _listeners,
        _ => _routes,
    };
}
