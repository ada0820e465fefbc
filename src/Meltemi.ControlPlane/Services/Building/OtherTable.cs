using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>Resources that are not filed under a host, by kind and namespace, while they are being changed.</summary>
internal sealed class OtherTable
{
    private ImmutableDictionary<ResourceKind, ImmutableDictionary<string, ImmutableArray<Resource>>> _kinds = MeshModel.Empty.Others;

    /// <summary>Takes a resource out (null) or puts it in.</summary>
    public void File(ResourceKey key, Resource? resource)
    {
        var byNamespace = _kinds.GetValueOrDefault(key.Kind) ?? ImmutableDictionary.Create<string, ImmutableArray<Resource>>(StringComparer.Ordinal);
        var before = byNamespace.TryGetValue(key.Namespace, out var there) ? there : [];
        var after = resource is null ? Age.Remove(before, key) : Age.Add(before, resource);
        _kinds = _kinds.SetItem(key.Kind, after.IsEmpty ? byNamespace.Remove(key.Namespace) : byNamespace.SetItem(key.Namespace, after));
    }

    /// <summary>All of it into a model.</summary>
    public MeshModel WriteTo(MeshModel model) => model with { Others = _kinds };
}
