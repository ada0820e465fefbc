using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>The one order of endpoints, so that equal sets are equal bytes on every controller.</summary>
internal static class EndpointOrder
{
    /// <summary>Sorted, without those that are twice (by address and ports; the first in the order of labels stays).</summary>
    public static ImmutableArray<ServiceEndpoint> Sort(ImmutableArray<ServiceEndpoint> found)
    {
        if (IsSorted(found)) return found;
        var sorted = found.Sort(Compare);
        var kept = ImmutableArray.CreateBuilder<ServiceEndpoint>(sorted.Length);
        foreach (var endpoint in sorted)
            if (kept.Count == 0 || !SamePlace(kept[^1], endpoint))
                kept.Add(endpoint);
        return kept.DrainToImmutable();
    }

    private static bool IsSorted(ImmutableArray<ServiceEndpoint> found)
    {
        for (var i = 1; i < found.Length; i++)
            if (Compare(found[i - 1], found[i]) >= 0 || SamePlace(found[i - 1], found[i]))
                return false;
        return true;
    }

    private static bool SamePlace(ServiceEndpoint a, ServiceEndpoint b) => a.Address == b.Address && a.Ports.AsSpan().SequenceEqual(b.Ports.AsSpan());

    private static int Compare(ServiceEndpoint a, ServiceEndpoint b)
    {
        var order = string.CompareOrdinal(a.Address, b.Address);
        if (order == 0) order = a.Ports.AsSpan().SequenceCompareTo(b.Ports.AsSpan());
        // One that is ready before one that is not; then anything stable.
        if (order == 0) order = b.Ready.CompareTo(a.Ready);
        if (order == 0) order = a.Weight.CompareTo(b.Weight);
        if (order == 0 && !ReferenceEquals(a.Labels, b.Labels)) order = string.CompareOrdinal(a.Labels.ToString(), b.Labels.ToString());
        if (order == 0 && !ReferenceEquals(a.Locality, b.Locality)) order = string.CompareOrdinal(a.Locality.ToString(), b.Locality.ToString());
        if (order == 0) order = string.CompareOrdinal(a.Workload?.Source.Name, b.Workload?.Source.Name);
        return order;
    }
}
