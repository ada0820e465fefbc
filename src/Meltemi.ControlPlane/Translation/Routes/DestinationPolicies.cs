using Meltemi.ControlPlane.Services;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>What routes need to know of DestinationRules: subsets, and what hashes are made of.</summary>
internal static class DestinationPolicies
{
    /// <summary>Names of the subsets of a service.</summary>
    public static IReadOnlyCollection<string> SubsetsOf(Service service, MeshView view) =>
        RuleOf(service, view)?.Subsets.Select(subset => subset.Name).ToArray() ?? [];

    /// <summary>What the hash for a cluster is made of, as its DestinationRule says; null: it is not balanced by a hash.</summary>
    public static LoadBalancerSettings.Types.ConsistentHashLB? HashOf(ClusterRef cluster, MeshView view)
    {
        if (view.FindService(cluster.Host) is not { } service || RuleOf(service, view) is not { } rule) return null;
        var subset = rule.Subsets.FirstOrDefault(subset => subset.Name == cluster.Subset);
        return (subset?.TrafficPolicy?.LoadBalancer ?? rule.TrafficPolicy?.LoadBalancer)?.ConsistentHash;
    }

    private static DestinationRule? RuleOf(Service service, MeshView view) =>
        view.FindHost(service.Host)?.DestinationRules.FirstOrDefault()?.SpecAs<DestinationRule>();
}
