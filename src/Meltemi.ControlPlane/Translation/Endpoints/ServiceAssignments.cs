using System.Collections.Immutable;
using Envoy.Config.Endpoint.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Endpoints;

/// <summary>The endpoints of all clusters of a service that gets them apart.</summary>
internal static class ServiceAssignments
{
    /// <summary>Builds them; the same names as <see cref="ServiceClusters.Build"/>.</summary>
    /// <param name="service">The service.</param>
    /// <param name="rule">Its DestinationRule; null: there is none.</param>
    /// <param name="endpoints">Who serves it; null: nobody.</param>
    /// <param name="from">Where the clients are.</param>
    /// <param name="labels">The clients' labels.</param>
    public static ImmutableArray<Translated<ClusterLoadAssignment>> Build(
        Service service, Resource? rule, EndpointSet? endpoints, Services.Locality from, LabelSet labels)
    {
        if (!ServiceClusters.UsesEds(service)) return [];
        var spec = rule?.SpecAs<DestinationRule>();
        var assignments = ImmutableArray.CreateBuilder<Translated<ClusterLoadAssignment>>();
        for (var i = 0; i < service.Ports.Length; i++)
        {
            var port = service.Ports[i];
            if (port.Kind == PortKind.Udp) continue;
            foreach (var subset in ServiceClusters.WithWhole(spec))
            {
                var name = new ClusterRef(service.Host, port.Number, subset?.Name ?? "").Name;
                var groups = PolicyGroups.Of(spec, subset, port.Number);
                // With zone aware routing, places are no priorities unless the rule says so.
                var policy = groups.LoadBalancer?.LocalityLbSetting is null && BalancerAnnotations.ZoneAwareFrom(rule) is not null
                    ? LocalityPolicy.None
                    : LocalityPolicy.Of(groups.LoadBalancer, groups.OutlierDetection, from, labels);
                List<ResourceKey> sources = rule is null ? [service.Source] : [service.Source, rule.Key];
                assignments.Add(new(name, Assignments.Build(name, i, subset, endpoints, policy, sources)) { Sources = [.. sources] });
            }
        }

        return assignments.ToImmutable();
    }

    /// <summary>Whether the result depends on who asks.</summary>
    public static bool DependsOnClient(Resource? rule)
    {
        if (rule?.SpecAs<DestinationRule>() is not { } spec) return false;
        return Says(spec.TrafficPolicy) || spec.Subsets.Any(subset => Says(subset.TrafficPolicy));

        static bool Says(TrafficPolicy? policy) => policy is not null
            && (Matters(policy.LoadBalancer, policy.OutlierDetection)
                || policy.PortLevelSettings.Any(port => Matters(port.LoadBalancer, port.OutlierDetection)));

        // With outlier detection alone, the nearer places come first.
        static bool Matters(LoadBalancerSettings? balancer, OutlierDetection? outliers) => balancer?.LocalityLbSetting is not null || outliers is not null;
    }
}
