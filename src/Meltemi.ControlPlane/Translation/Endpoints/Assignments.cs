using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Reading;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Locality = Meltemi.ControlPlane.Services.Locality;

namespace Meltemi.ControlPlane.Translation.Endpoints;

/// <summary>The endpoints of a cluster, by place and priority. What gRPC insists on holds for all: places with a weight, priorities without gaps.</summary>
internal static class Assignments
{
    /// <summary>Builds them.</summary>
    /// <param name="cluster">Name of the cluster.</param>
    /// <param name="port">Which of the service's ports.</param>
    /// <param name="subset">Subset whose labels endpoints must have; null: all.</param>
    /// <param name="endpoints">Who serves the service; null: nobody.</param>
    /// <param name="policy">How places share.</param>
    /// <param name="sources">The resources whose endpoints are among them are added, as far as they have a status that tells of proxies.</param>
    /// <param name="mostEndpoints">At most so many, in their order.</param>
    public static ClusterLoadAssignment Build(
        string cluster, int port, Subset? subset, EndpointSet? endpoints, LocalityPolicy policy, ICollection<ResourceKey> sources, int mostEndpoints = int.MaxValue)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = cluster };
        var selector = subset is null ? LabelSet.Empty : LabelSet.From(subset.Labels);
        var places = new Dictionary<(uint Distance, Locality Place), LocalityLbEndpoints>();
        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            if (mostEndpoints == 0) break;
            if (!endpoint.Ready || !selector.Selects(endpoint.Labels) || AddressOf(endpoint, port) is not { } address) continue;
            if (policy.ShareOf(endpoint.Locality) == 0) continue;
            mostEndpoints--;
            if (endpoint.Workload?.Source is { } workload && workload.Kind == ResourceKinds.WorkloadEntry) sources.Add(workload);
            var key = (policy.DistanceOf(endpoint), endpoint.Locality);
            if (!places.TryGetValue(key, out var place)) places[key] = place = new() { Locality = PlaceOf(endpoint.Locality), LoadBalancingWeight = 0 };
            var added = new LbEndpoint { Endpoint = new() { Address = address } };
            if (endpoint.Weight != 1) added.LoadBalancingWeight = endpoint.Weight;
            place.LbEndpoints.Add(added);
            place.LoadBalancingWeight = (uint)Math.Min(uint.MaxValue, (ulong)place.LoadBalancingWeight! + endpoint.Weight);
        }

        Share(places, policy);
        AddInOrder(places, assignment);
        return assignment;
    }

    // A share in percent may name several places: they divide it by the sums of their weights. Scaled so that rounding does not show.
    private static void Share(Dictionary<(uint Distance, Locality Place), LocalityLbEndpoints> places, LocalityPolicy policy)
    {
        if (policy.Setting is null || policy.Setting.Distribute.Count == 0) return;
        foreach (var group in places.GroupBy(place => policy.ShareNameOf(place.Key.Place)).ToList())
        {
            if (group.Key is null) continue;
            var sum = group.Sum(place => (double)place.Value.LoadBalancingWeight!.Value);
            foreach (var (key, place) in group)
                place.LoadBalancingWeight = (uint)Math.Max(1, Math.Round(policy.ShareOf(key.Place)!.Value * 10_000.0 * place.LoadBalancingWeight!.Value / sum));
        }
    }

    private static void AddInOrder(Dictionary<(uint Distance, Locality Place), LocalityLbEndpoints> places, ClusterLoadAssignment assignment)
    {
        if (places.Count == 1)
        {
            assignment.Endpoints.Add(places.Values.First());
            return;
        }

        var (priority, last) = (-1, uint.MaxValue);
        foreach (var (key, place) in places.OrderBy(place => place.Key.Distance).ThenBy(place => place.Key.Place.ToString(), StringComparer.Ordinal))
        {
            if (priority < 0 || key.Distance != last) priority++;
            last = key.Distance;
            place.Priority = (uint)priority;
            assignment.Endpoints.Add(place);
        }
    }

    private static Envoy.Config.Core.V3.Locality PlaceOf(Locality place) => new() { Region = place.Region, Zone = place.Zone, SubZone = place.SubZone };

    private static Address? AddressOf(ServiceEndpoint endpoint, int port)
    {
        if (endpoint.Address.StartsWith(AddressText.Unix, StringComparison.Ordinal))
            return new() { Pipe = new() { Path = endpoint.Address[AddressText.Unix.Length..] } };
        var number = endpoint.Ports[port];
        return number == 0 ? null : new() { SocketAddress = new() { Address = endpoint.Address, PortValue = (uint)number } };
    }
}
