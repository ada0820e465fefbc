using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>The endpoints as they are listed; they never change.</summary>
internal sealed class StaticSource : EndpointSource
{
    public StaticSource(ClusterConfig cluster, Action<EndpointSet> changed, EndpointSource? previous)
        : base(cluster, changed, previous)
    {
        if (cluster.Endpoints.Any(endpoint => endpoint.Address is DnsEndPoint))
        {
            throw new ArgumentException($"cluster '{cluster.Name}' is static but names a host", nameof(cluster));
        }

        Begin(cluster.Endpoints);
        SetReady();
    }
}
