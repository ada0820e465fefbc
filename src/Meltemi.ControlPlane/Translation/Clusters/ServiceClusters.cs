using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Endpoints;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Config.V1;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>The clusters of a service: one for each port, and one for each port and subset.</summary>
internal static class ServiceClusters
{
    private const string OwnOptions = "meltemi.upstream";

    /// <summary>Whether endpoints are sent apart (EDS) and not within the cluster.</summary>
    public static bool UsesEds(Service service) => service.Resolution == Resolution.Static || (service.Resolution == Resolution.None);

    /// <summary>Builds them.</summary>
    /// <param name="service">The service.</param>
    /// <param name="rule">Its DestinationRule; null: there is none.</param>
    /// <param name="endpoints">Who serves it; needed only if they are part of the clusters.</param>
    /// <param name="protocols">Finds how a protocol shares connections.</param>
    public static ImmutableArray<Translated<Cluster>> Build(Service service, Resource? rule, EndpointSet? endpoints, ProtocolTable protocols)
    {
        var spec = rule?.SpecAs<DestinationRule>();
        var clusters = ImmutableArray.CreateBuilder<Translated<Cluster>>();
        for (var i = 0; i < service.Ports.Length; i++)
        {
            var port = service.Ports[i];
            if (port.Kind == PortKind.Udp) continue;
            foreach (var subset in WithWhole(spec))
            {
                var name = new ClusterRef(service.Host, port.Number, subset?.Name ?? "").Name;
                List<ResourceKey> sources = rule is null ? [service.Source] : [service.Source, rule.Key];
                clusters.Add(new(name, Build(name, service, i, rule, subset, endpoints, protocols, sources)) { Sources = [.. sources] });
            }
        }

        return clusters.ToImmutable();
    }

    /// <summary>The whole service (null), then its subsets; of two with one name the first.</summary>
    public static IEnumerable<Subset?> WithWhole(DestinationRule? rule)
    {
        yield return null;
        foreach (var subset in rule?.Subsets.DistinctBy(subset => subset.Name) ?? []) yield return subset;
    }

    private static Cluster Build(
        string name, Service service, int port, Resource? rule, Subset? subset, EndpointSet? endpoints, ProtocolTable protocols, List<ResourceKey> sources)
    {
        var policy = PolicyGroups.Of(rule?.SpecAs<DestinationRule>(), subset, service.Ports[port].Number);
        var cluster = new Cluster { Name = name };
        var options = new UpstreamOptions { PoolMode = protocols.PoolMode(service.Ports[port]) };
        Balancers.Apply(policy.LoadBalancer, rule, cluster);
        ConnectionPools.Apply(policy.ConnectionPool, cluster, options);
        RetryBudgets.Apply(policy.RetryBudget, cluster);
        Outliers.Apply(policy.OutlierDetection, cluster);
        if (Balancers.IsPassthrough(policy.LoadBalancer))
        {
            cluster.Type = Cluster.Types.DiscoveryType.OriginalDst;
        }
        else if (UsesEds(service))
        {
            cluster.Type = Cluster.Types.DiscoveryType.Eds;
            cluster.EdsClusterConfig = new() { EdsConfig = ConfigSources.Ads() };
        }
        else
        {
            var first = service.Resolution == Resolution.DnsRoundRobin;
            cluster.Type = first ? Cluster.Types.DiscoveryType.LogicalDns : Cluster.Types.DiscoveryType.StrictDns;
            cluster.LoadAssignment = Assignments.Build(name, port, subset, endpoints, LocalityPolicy.None, sources, first ? 1 : int.MaxValue);
        }

        // Only when there is something to say: a proxy that is not ours would not know it.
        if (!options.Equals(new UpstreamOptions())) cluster.TypedExtensionProtocolOptions[OwnOptions] = Any.Pack(options);
        return cluster;
    }
}
