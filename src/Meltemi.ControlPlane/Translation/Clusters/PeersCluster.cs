using Envoy.Config.Cluster.V3;
using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>
/// The cluster by which a sidecar knows where its like stand: the endpoints of the service that its own workload serves. Zone aware routing needs it, to
/// keep requests in their place only as far as others get as many. Our proxies look for it by its name.
/// </summary>
internal static class PeersCluster
{
    /// <summary>Its name.</summary>
    public const string Name = "meltemi.peers";

    /// <summary>The cluster; null: the workload serves nothing whose endpoints the proxy is sent.</summary>
    /// <param name="services">The services at the workload's address, the oldest first.</param>
    /// <param name="isSent">Whether the proxy is sent the endpoints of a cluster.</param>
    public static Translated<Cluster>? Of(IEnumerable<Service> services, Func<string, bool> isSent)
    {
        foreach (var service in services.Where(ServiceClusters.UsesEds))
        {
            foreach (var port in service.Ports)
            {
                var endpoints = new ClusterRef(service.Host, port.Number).Name;
                if (port.Kind == PortKind.Udp || !isSent(endpoints)) continue;
                return new(Name, new Cluster
                {
                    Name = Name,
                    Type = Cluster.Types.DiscoveryType.Eds,
                    EdsClusterConfig = new() { EdsConfig = ConfigSources.Ads(), ServiceName = endpoints },
                });
            }
        }

        return null;
    }
}
