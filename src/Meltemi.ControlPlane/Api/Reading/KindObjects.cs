using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>Finds the objects of a kind in a state. Namespaces are there without being stored: see <see cref="Namespaces"/>.</summary>
internal static class KindObjects
{
    /// <summary>The object; null if there is none.</summary>
    public static Resource? Find(StoreState state, ResourceKey key) =>
        state.Resources.GetValueOrDefault(key) ?? (Namespaces.IsKind(key.Kind) ? Namespaces.FindExisting(state, key) : null);

    /// <summary>Those that are selected, ordered by namespace and name.</summary>
    public static Resource[] Select(StoreState state, ObjectFilter filter)
    {
        var all = Namespaces.IsKind(filter.Kind) ? Namespaces.All(state, filter.Kind) : state.Resources.Values;
        var found = all.Where(filter.Matches).ToArray();
        Array.Sort(found, static (a, b) => Compare(a.Key, b.Key));
        return found;
    }

    /// <summary>The order of lists.</summary>
    public static int Compare(ResourceKey a, ResourceKey b)
    {
        var byNamespace = string.CompareOrdinal(a.Namespace, b.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(a.Name, b.Name);
    }
}
