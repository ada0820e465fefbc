using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>The gRPC services of the types: <c>Stream...</c> and <c>Delta...</c> are their methods.</summary>
internal static class XdsService
{
    /// <summary>Service, and what follows <c>Stream</c> or <c>Delta</c> in the method's name.</summary>
    /// <param name="type">A type URL; null: all types on one stream.</param>
    public static (string Service, string What) Of(string? type) => type switch
    {
        null => ("envoy.service.discovery.v3.AggregatedDiscoveryService", "AggregatedResources"),
        XdsTypes.Cluster => ("envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters"),
        XdsTypes.Endpoints => ("envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints"),
        XdsTypes.Listener => ("envoy.service.listener.v3.ListenerDiscoveryService", "Listeners"),
        XdsTypes.Route => ("envoy.service.route.v3.RouteDiscoveryService", "Routes"),
        _ => throw new ArgumentException($"no service gives {type}", nameof(type)),
    };
}
