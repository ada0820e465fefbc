using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>What routes need to know of DestinationRules: subsets, and what hashes are made of.</summary>
internal static class DestinationPolicies
{
    /// <summary>Names of the subsets of a service.</summary>
    public static IReadOnlyCollection<string> SubsetsOf(Service service, MeshView view) =>
        view.FindDestinationRule(service)?.SpecAs<DestinationRule>().Subsets.Select(subset => subset.Name).ToArray() ?? [];

    /// <summary>
    /// What the hash for a cluster is made of, as the policy of its subset says, else that of its service; null: it is not balanced by a
    /// hash.
    /// </summary>
    public static LoadBalancerSettings.Types.ConsistentHashLB? HashOf(ClusterRef cluster, MeshView view)
    {
        if (view.FindService(cluster.Host) is not { } service) return null;
        if (view.FindDestinationRule(service)?.SpecAs<DestinationRule>() is not { } rule) return null;
        var subset = cluster.Subset.Length == 0 ? null : rule.Subsets.FirstOrDefault(subset => subset.Name == cluster.Subset);
        return PolicyGroups.Of(rule, subset, cluster.Port).LoadBalancer?.ConsistentHash;
    }
}
