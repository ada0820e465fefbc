using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Gateways;
using Meltemi.ControlPlane.Translation.Grpc;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Service = Meltemi.ControlPlane.Services.Service;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Everything that can be said about a VirtualService, for its status: the problems that its translation meets for each service and port
/// that it is for, and what has no effect yet.
/// </summary>
public static class VirtualServiceAnalysis
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Analyze(Resource resource, MeshView view)
    {
        var (spec, path) = (resource.SpecAs<VirtualService>(), FieldPath.Spec(view.Problems, resource));
        for (var i = 0; i < spec.Hosts.Count; i++)
        {
            var (host, place) = (spec.Hosts[i].ToLowerInvariant(), path["hosts"][i]);
            if (OverruledBy(resource, host, view) is { Key: var other })
                place.NotAccepted($"the VirtualService {other.Namespace}/{other.Name} is for {host} too, and it is older: it counts");
            if (host.StartsWith('*')) continue;
            if (view.FindService(host, resource.Key.Namespace) is { } service)
                AnalyzeService(resource, service, view, path, place);
            else if (view.FindHost(host) is { Services: [var hidden, ..] })
                AnalyzeService(resource, hidden, view.In(hidden.Namespace), path, place);
            else
                place.NotResolved($"there is no service '{host}'");
        }

        CheckGateways(spec, resource.Key.Namespace, view, path["gateways"]);
    }

    private static Resource? OverruledBy(Resource resource, string host, MeshView view)
    {
        if (!VirtualServiceChoice.IsForMesh(resource)) return null;
        foreach (var other in view.FindHost(host)?.VirtualServices ?? [])
        {
            if (other.Key == resource.Key) return null;
            if (VirtualServiceChoice.IsForMesh(other) && Exports.Of(other).Overlaps(Exports.Of(resource))) return other;
        }

        return null;
    }

    private static void AnalyzeService(Resource resource, Service service, MeshView view, FieldPath path, FieldPath hostPath)
    {
        var spec = resource.SpecAs<VirtualService>();
        var calls = service.Ports.Where(port => port.Kind is PortKind.Grpc or PortKind.Http2 or PortKind.Http).ToArray();
        var bytes = service.Ports.Where(port => port.Kind is PortKind.Tcp or PortKind.Recognised).ToArray();
        if (spec.Http.Count > 0 && calls.Length == 0)
            hostPath.Warning($"the http routes have no effect: no port of {service.Host} speaks gRPC; name one such as grpc");
        if (spec.Tcp.Count > 0 && bytes.Length == 0)
            hostPath.Warning($"the tcp routes have no effect: no port of {service.Host} is one for bytes");
        if (spec.Http.Count > 0 && calls.Length > 0 && calls.All(port => port.Kind == PortKind.Http))
            hostPath.Warning("the http routes have no effect on proxies, which pass HTTP on as bytes yet; gRPC's own clients follow them");
        foreach (var port in calls)
            foreach (var _ in GrpcRoutes.Translate(spec, new(service, port, null), Scope(resource, port, view), path)) { }
        foreach (var port in bytes) TcpRoutes.Check(spec, port, Scope(resource, port, view), path["tcp"]);
    }

    private static RouteScope Scope(Resource resource, ServicePort port, MeshView view) =>
        new(view, resource.Key.Namespace, port, new HashSet<ClusterRef>());

    private static void CheckGateways(VirtualService spec, string ns, MeshView view, FieldPath path)
    {
        for (var i = 0; i < spec.Gateways.Count; i++)
        {
            if (spec.Gateways[i] == GatewayBindings.Mesh) continue;
            var full = GatewayBindings.FullName(spec.Gateways[i], ns);
            if (GatewayLookup.Find(full, view) is null)
                path[i].NotResolved($"there is no Gateway '{full}'");
            else
                path[i].Warning("no effect yet: gateways serve the routes of MetaRouters");
        }
    }
}
