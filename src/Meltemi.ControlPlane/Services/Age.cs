using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>The one rule for resources that claim the same: the older one counts; of two of the same age that with the lesser namespace, then name.</summary>
public static class Age
{
    /// <summary>Compares two resources.</summary>
    public static int Compare(Resource a, Resource b) =>
        Compare(a.Meta.CreationTimestamp, a.Key, b.Meta.CreationTimestamp, b.Key);

    /// <summary>Compares two services by what defines them; those of one resource by host.</summary>
    public static int Compare(Service a, Service b)
    {
        var order = Compare(a.Created, a.Source, b.Created, b.Source);
        return order != 0 ? order : string.CompareOrdinal(a.Host, b.Host);
    }

    /// <summary>A list in this order with a resource in it; one with its key is replaced.</summary>
    public static ImmutableArray<Resource> Add(ImmutableArray<Resource> list, Resource resource) =>
        Insert(Remove(list, resource.Key), resource, Compare);

    /// <summary>A list without a resource.</summary>
    public static ImmutableArray<Resource> Remove(ImmutableArray<Resource> list, ResourceKey key)
    {
        for (var i = 0; i < list.Length; i++)
            if (list[i].Key == key)
                return list.RemoveAt(i);
        return list;
    }

    /// <summary>A list in this order with a service in it; one with its identity and source is replaced.</summary>
    public static ImmutableArray<Service> Add(ImmutableArray<Service> list, Service service) =>
        Insert(Remove(list, service.Source), service, Compare);

    /// <summary>A list without the service that a resource defines.</summary>
    public static ImmutableArray<Service> Remove(ImmutableArray<Service> list, ResourceKey source)
    {
        for (var i = 0; i < list.Length; i++)
            if (list[i].Source == source)
                return list.RemoveAt(i);
        return list;
    }

    private static ImmutableArray<T> Insert<T>(ImmutableArray<T> list, T item, Comparison<T> compare)
    {
        var at = list.Length;
        while (at > 0 && compare(item, list[at - 1]) < 0) at--;
        return list.Insert(at, item);
    }

    private static int Compare(DateTimeOffset createdA, ResourceKey a, DateTimeOffset createdB, ResourceKey b)
    {
        var order = createdA.CompareTo(createdB);
        if (order == 0) order = string.CompareOrdinal(a.Namespace, b.Namespace);
        if (order == 0) order = string.CompareOrdinal(a.Name, b.Name);
        return order != 0 ? order : string.CompareOrdinal(a.Kind.Name, b.Kind.Name);
    }
}
