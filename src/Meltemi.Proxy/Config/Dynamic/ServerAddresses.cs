using System.Net;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>Where a control plane's servers are: named targets, and the endpoints of static clusters.</summary>
public static class ServerAddresses
{
    /// <summary>The addresses; empty if there is a complaint.</summary>
    /// <param name="controlPlane">Whose.</param>
    /// <param name="clusters">The static clusters.</param>
    /// <param name="complaint">Why it cannot be reached; null: it can.</param>
    public static IReadOnlyList<Uri> Find(ControlPlaneConfig controlPlane, IEnumerable<ClusterConfig> clusters, out string? complaint)
    {
        var addresses = new List<Uri>();
        complaint = null;
        foreach (var server in controlPlane.Servers)
        {
            if (server.Target is { } target)
            {
                addresses.Add(new Uri($"http://{target}"));
                continue;
            }

            var cluster = clusters.FirstOrDefault(cluster => cluster.Name == server.Cluster);
            if (cluster is null) complaint = $"there is no static cluster '{server.Cluster}' that leads to it";
            else if (cluster.Endpoints.IsEmpty) complaint = $"the static cluster '{server.Cluster}' has no endpoints";
            else complaint ??= Add(addresses, cluster);
            if (complaint is not null) return [];
        }

        return addresses;
    }

    private static string? Add(List<Uri> addresses, ClusterConfig cluster)
    {
        foreach (var endpoint in cluster.Endpoints)
        {
            switch (endpoint.Address)
            {
                case IPEndPoint ip:
                    addresses.Add(new Uri($"http://{ip}"));
                    break;
                case DnsEndPoint name:
                    addresses.Add(new Uri($"http://{name.Host}:{name.Port}"));
                    break;
                default:
                    return $"the static cluster '{cluster.Name}' leads to {endpoint.Address}; control planes are reached by TCP only";
            }
        }

        return null;
    }
}
