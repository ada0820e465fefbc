using Envoy.Config.Route.V3;
using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// The routes of a service's port that has a request protocol: those of the MetaRouter that applies, or one that leads to the service. A
/// request that matches no route of a MetaRouter is answered with "no route".
/// </summary>
public static class MetaRoutes
{
    /// <summary>Whether the routes are not the same for all clients in a namespace: some are for workloads with certain labels.</summary>
    public static bool DependOnClient(Service service, MeshView view) =>
        MetaRouterChoice.ForMesh(service.Host, view)?.SpecAs<MetaRouter>() is { } router
        && router.Routes.Any(route => route.Match is { SourceLabels.Count: > 0 });

    /// <summary>Translates.</summary>
    /// <param name="client">Labels of the client's workload: routes that are not for it are left out; null: they are all taken.</param>
    /// <param name="codec">The protocol; null: nothing is known about it.</param>
    public static Translated<RouteConfiguration> Translate(Service service, ServicePort port, LabelSet? client, MeshView view, CodecInfo? codec = null)
    {
        var router = MetaRouterChoice.ForMesh(service.Host, view);
        var scope = new RouteScope(view, router?.Key.Namespace ?? service.Namespace, port, new HashSet<ClusterRef>(), codec);
        var host = new VirtualHost { Name = $"{service.Host}:{port.Number}", Domains = { "*" }, RetryPolicy = RetryPolicies.Default(codec) };
        if (router?.SpecAs<MetaRouter>() is { Routes.Count: > 0 } spec)
            host.Routes.AddRange(Translate(spec, client, scope, FieldPath.Spec(view.Problems, router)));
        else
            host.Routes.Add(Default(service, scope));
        var name = Chains.RouteName(service.Host, port.Number);
        return new(name, new RouteConfiguration { Name = name, VirtualHosts = { host } })
        {
            Sources = router is null ? [] : [router.Key],
            Clusters = [.. scope.Clusters],
        };
    }

    /// <summary>The routes of a MetaRouter that are for a client.</summary>
    internal static IEnumerable<Route> Translate(MetaRouter router, LabelSet? client, RouteScope scope, FieldPath path)
    {
        for (var i = 0; i < router.Routes.Count; i++)
        {
            var route = router.Routes[i];
            if (!IsFor(client, route.Match)) continue;
            if (MetaRouteTranslator.Translate(route, scope, path["routes"][i]) is not { } translated) continue;
            var everything = translated.Match.Headers.Count == 0;
            yield return translated;

            // For this client nothing behind it is ever reached.
            if (client is not null && everything) yield break;
        }
    }

    /// <summary>The route of a service that nobody routes.</summary>
    internal static Route Default(Service service, RouteScope scope)
    {
        var cluster = new ClusterRef(service.Host, scope.Port.Number);
        scope.Clusters.Add(cluster);
        var action = new RouteAction { Cluster = cluster.Name };
        if (HashPolicies.Translate(DestinationPolicies.HashOf(cluster, scope.View)) is { } hash) action.HashPolicy.Add(hash);
        return new() { Name = "default", Match = new RouteMatch { Prefix = "/" }, Route_ = action };
    }

    private static bool IsFor(LabelSet? client, MetaRouteMatch? match) =>
        client is null || match is null || match.SourceLabels.All(label => client[label.Key] == label.Value);
}
