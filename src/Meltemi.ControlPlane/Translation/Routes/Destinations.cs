using Meltemi.ControlPlane.Services;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Reading;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Finds the cluster that a destination means. One that does not exist is named all the same: the proxy answers its requests with "no such
/// cluster", and requests that match the route do not fall through to others that were not meant for them.
/// </summary>
internal static class Destinations
{
    // Looking for what was probably meant compares with every host.
    private const int MostHostsToCompare = 5000;

    /// <summary>The cluster, noted in the scope; null: there is none (reported).</summary>
    public static ClusterRef? Find(Destination destination, RouteScope scope, FieldPath path)
    {
        if (scope.View.FindService(destination.Host, scope.Namespace) is not { } service)
        {
            path["host"].NotResolved(Unknown(destination.Host, scope));
            return null;
        }

        if (FindPort(destination, service, scope.Port) is not { } port)
        {
            path["port"].NotResolved(WithoutPort(destination, service));
            return null;
        }

        if (port.Kind != scope.Port.Kind || port.Application != scope.Port.Application)
            path["port"].Warning($"port {port.Number} of {service.Host} is for {Protocol(port)}, the requests are {Protocol(scope.Port)}");
        if (destination.Subset.Length > 0 && !HasSubset(destination.Subset, service, scope, path["subset"])) return null;
        var cluster = new ClusterRef(service.Host, port.Number, destination.Subset);
        scope.Clusters.Add(cluster);
        return cluster;
    }

    /// <summary>Name for a cluster that does not exist.</summary>
    public static string Missing(Destination destination, RouteScope scope)
    {
        var port = destination.Port is { Number: > 0 } given ? (int)given.Number : scope.Port.Number;
        return new ClusterRef(destination.Host.ToLowerInvariant(), port, destination.Subset).Name;
    }

    /// <summary>The port given; else the one that is routed, the only one, or the only one of the same protocol.</summary>
    private static ServicePort? FindPort(Destination destination, Service service, ServicePort routed)
    {
        if (destination.Port is { Number: > 0 } given) return service.FindPort((int)given.Number);
        if (service.FindPort(routed.Number) is { } same) return same;
        if (service.Ports.Length == 1) return service.Ports[0];
        var alike = service.Ports.Where(port => port.Kind == routed.Kind && port.Application == routed.Application).ToArray();
        return alike.Length == 1 ? alike[0] : null;
    }

    private static bool HasSubset(string subset, Service service, RouteScope scope, FieldPath path)
    {
        var known = DestinationPolicies.SubsetsOf(service, scope.View);
        if (known.Contains(subset)) return true;
        var list = known.Count == 0 ? "no DestinationRule defines any" : $"there are {string.Join(", ", known)}";
        path.NotResolved($"{service.Host} has no subset '{subset}': {list}{Spelling.Hint(subset, known)}");
        return false;
    }

    private static string Unknown(string host, RouteScope scope)
    {
        if (scope.View.FindHost(host.ToLowerInvariant()) is { Services.Length: > 0 })
            return $"the service '{host}' is not exported to the namespace '{scope.View.Namespace}'";
        var hosts = scope.View.Model.Hosts;
        if (hosts.Count > MostHostsToCompare) return $"there is no service '{host}'";
        var served = hosts.Values.Where(known => !known.Services.IsEmpty).Select(known => known.Host);
        return $"there is no service '{host}'{Spelling.Hint(host, served)}";
    }

    private static string WithoutPort(Destination destination, Service service)
    {
        var ports = string.Join(", ", service.Ports.Select(port => $"{port.Number} ({Protocol(port)})"));
        return destination.Port is { Number: > 0 } given
            ? $"{service.Host} has no port {given.Number}; it has {ports}"
            : $"say which port of {service.Host}; it has {ports}";
    }

    private static string Protocol(ServicePort port) =>
        port.Application.Length > 0 ? port.Application : port.Kind.ToString().ToLowerInvariant();
}
