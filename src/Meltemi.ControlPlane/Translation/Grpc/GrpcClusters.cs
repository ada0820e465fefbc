using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.ControlPlane.Translation.Endpoints;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Service = Meltemi.ControlPlane.Services.Service;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>
/// A cluster and its endpoints as gRPC's libraries accept them: round robin or a ring, endpoints by EDS or one name by DNS.
/// </summary>
internal static class GrpcClusters
{
    /// <summary>A cluster without endpoints: a call of it fails at once.</summary>
    public const string Nowhere = Shares.Nowhere;

    // Istio's default.
    private const ulong RingSize = 1024;

    /// <summary>The cluster; null: the service has no such port or subset.</summary>
    public static Translated<Cluster>? Build(ClusterRef reference, Service service, ProxyNode client, MeshView view)
    {
        if (Find(reference, service, view) is not { } found) return null;
        var policy = PolicyGroups.Of(found.Rule?.SpecAs<DestinationRule>(), found.Subset, reference.Port);
        var cluster = new Cluster { Name = reference.Name, OutlierDetection = GrpcOutliers.Translate(policy.OutlierDetection) };
        if (SurvivesRings(client)) SetBalancer(cluster, policy.LoadBalancer);
        if (policy.ConnectionPool?.Http?.Http2MaxRequests is > 0 and var most)
            cluster.CircuitBreakers = new() { Thresholds = { new CircuitBreakers.Types.Thresholds { MaxRequests = (uint)most } } };
        if (ServiceClusters.UsesEds(service))
        {
            SetEds(cluster);
        }
        else
        {
            // They look up one name only.
            cluster.Type = Cluster.Types.DiscoveryType.LogicalDns;
            var endpoints = view.Model.FindEndpoints(service.Id);
            cluster.LoadAssignment = Assignments.Build(
                reference.Name, found.Port, found.Subset, endpoints, LocalityPolicy.None, found.Sources, mostEndpoints: 1);
        }

        return new(reference.Name, cluster) { Sources = [.. found.Sources] };
    }

    /// <summary>The cluster <see cref="Nowhere"/>.</summary>
    public static Translated<Cluster> BuildNowhere()
    {
        var cluster = new Cluster { Name = Nowhere };
        SetEds(cluster);
        return new(Nowhere, cluster);
    }

    /// <summary>Its endpoints: none.</summary>
    public static Translated<ClusterLoadAssignment> NoEndpoints() => new(Nowhere, new ClusterLoadAssignment { ClusterName = Nowhere });

    /// <summary>The endpoints of a cluster; null: the service has no such port or subset.</summary>
    public static Translated<ClusterLoadAssignment>? Endpoints(ClusterRef reference, Service service, ProxyNode client, MeshView view)
    {
        if (Find(reference, service, view) is not { } found) return null;
        var groups = PolicyGroups.Of(found.Rule?.SpecAs<DestinationRule>(), found.Subset, reference.Port);
        var policy = LocalityPolicy.Of(groups.LoadBalancer, groups.OutlierDetection, client.Locality, client.Labels);
        var assignment = Assignments.Build(reference.Name, found.Port, found.Subset, view.Model.FindEndpoints(service.Id), policy, found.Sources);
        RemoveSockets(assignment);
        return new(reference.Name, assignment) { Sources = [.. found.Sources] };
    }

    private static void SetEds(Cluster cluster)
    {
        cluster.Type = Cluster.Types.DiscoveryType.Eds;
        cluster.EdsClusterConfig = new() { EdsConfig = ConfigSources.Ads() };
    }

    // gRPC 1.50 and 1.51 but for their last patches (python, C++, Ruby, PHP) crash when they pick from a ring:
    // https://github.com/grpc/grpc/issues/31766
    private static bool SurvivesRings(ProxyNode client) =>
        !client.UserAgent.Contains("C-core 28.", StringComparison.Ordinal) && !client.UserAgent.Contains("C-core 29.", StringComparison.Ordinal);

    private static void SetBalancer(Cluster cluster, LoadBalancerSettings? settings)
    {
        if (settings?.ConsistentHash is not { } hash) return;
        var size = hash.RingHash?.MinimumRingSize is { } given and > 0 ? given : hash.MinimumRingSize;
        cluster.LbPolicy = Cluster.Types.LbPolicy.RingHash;
        cluster.RingHashLbConfig = new() { MinimumRingSize = size > 0 ? size : RingSize };
    }

    /// <summary>
    /// Endpoints at Unix domain sockets are none for them; a place that has no other is left out, and priorities close up.
    /// </summary>
    private static void RemoveSockets(ClusterLoadAssignment assignment)
    {
        foreach (var place in assignment.Endpoints)
            foreach (var endpoint in place.LbEndpoints.Where(endpoint => endpoint.Endpoint.Address.SocketAddress is null).ToList())
                place.LbEndpoints.Remove(endpoint);
        foreach (var place in assignment.Endpoints.Where(place => place.LbEndpoints.Count == 0).ToList())
            assignment.Endpoints.Remove(place);
        var order = assignment.Endpoints.Select(place => place.Priority).Distinct().Order().ToList();
        foreach (var place in assignment.Endpoints) place.Priority = (uint)order.IndexOf(place.Priority);
    }

    private static Parts? Find(ClusterRef reference, Service service, MeshView view)
    {
        var port = service.Ports.IndexOf(service.FindPort(reference.Port)!);
        if (port < 0) return null;
        var rule = view.FindDestinationRule(service);
        var subset = rule?.SpecAs<DestinationRule>().Subsets.FirstOrDefault(subset => subset.Name == reference.Subset);
        if (reference.Subset.Length > 0 && subset is null) return null;
        return new(port, rule, reference.Subset.Length == 0 ? null : subset, rule is null ? [service.Source] : [service.Source, rule.Key]);
    }

    private sealed record Parts(
        int Port, Resource? Rule, Subset? Subset, List<ResourceKey> Sources);
}
