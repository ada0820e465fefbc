using Envoy.Config.Route.V3;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>The routes of a service's port for a gRPC client: those of its VirtualService, or one that leads to the service.</summary>
internal static class GrpcRoutes
{
    /// <summary>Translates.</summary>
    public static Translated<RouteConfiguration> Build(GrpcTarget target, MeshView view)
    {
        var (service, port) = (target.Service, target.Port);
        var source = VirtualServiceChoice.ForMesh(service.Host, view);
        var scope = new RouteScope(view, source?.Key.Namespace ?? service.Namespace, port, new HashSet<ClusterRef>());
        var host = new VirtualHost { Name = $"{service.Host}:{port.Number}", Domains = { "*" } };
        if (source?.SpecAs<VirtualService>() is { Http.Count: > 0 } spec)
            host.Routes.AddRange(Translate(spec, target, scope, FieldPath.Spec(view.Problems, source)));
        else
            host.Routes.Add(Default(target, scope));

        // No call is without a route.
        var everything = new RouteMatch { Prefix = "" };
        if (host.Routes.Count == 0 || !host.Routes[^1].Match.Equals(everything))
            host.Routes.Add(new Route { Name = "nowhere", Match = everything, Route_ = GrpcActions.Nowhere() });
        var name = new ClusterRef(service.Host, port.Number).Name;
        return new(name, new RouteConfiguration { Name = name, VirtualHosts = { host } })
        {
            Sources = source is null ? [service.Source] : [service.Source, source.Key],
            Clusters = [.. scope.Clusters],
        };
    }

    /// <summary>The routes of a VirtualService: at least one for each of the matches, which are alternatives.</summary>
    public static IEnumerable<Route> Translate(VirtualService service, GrpcTarget target, RouteScope scope, FieldPath path)
    {
        for (var i = 0; i < service.Http.Count; i++)
        {
            var (route, place) = (service.Http[i], path["http"][i]);
            var translated = GrpcActions.Translate(route, scope, place);
            for (var m = 0; m < Math.Max(1, route.Match.Count); m++)
            {
                var match = route.Match.Count == 0 ? null : route.Match[m];
                foreach (var conditions in GrpcMatches.Translate(match, target, place["match"][m]))
                {
                    var copy = translated.Clone();
                    copy.Match = conditions;
                    yield return copy;
                }
            }
        }
    }

    private static Route Default(GrpcTarget target, RouteScope scope)
    {
        var cluster = new ClusterRef(target.Service.Host, target.Port.Number);
        scope.Clusters.Add(cluster);
        var action = new RouteAction { Cluster = cluster.Name };
        GrpcActions.AddHashPolicies(action, [cluster], scope.View);
        return new() { Name = "default", Match = new() { Prefix = "" }, Route_ = action };
    }
}
