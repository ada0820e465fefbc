using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>What can be said about the gateways that a MetaRouter is bound to.</summary>
internal static class BindingAnalysis
{
    /// <summary>Reports to the path's sink.</summary>
    public static void Check(Resource router, MeshView view, CodecCatalog codecs, FieldPath path)
    {
        var names = router.SpecAs<MetaRouter>().Gateways;
        var protocols = new ProtocolTable(view.OfKind(ResourceKinds.ApplicationProtocol, ""));
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == GatewayBindings.Mesh) continue;
            var full = GatewayBindings.FullName(names[i], router.Key.Namespace);
            if (GatewayLookup.Find(full, view) is { } gateway)
                Check(router, gateway, protocols, view, codecs, path, path["gateways"][i]);
            else
                path["gateways"][i].NotResolved($"there is no Gateway '{full}'");
        }
    }

    private static void Check(
        Resource router, Resource gateway, ProtocolTable protocols, MeshView view, CodecCatalog codecs, FieldPath path, FieldPath binding)
    {
        var there = view.In(gateway.Key.Namespace);
        var served = false;
        foreach (var server in GatewayServer.Of(gateway))
        {
            if (!server.IsServed(protocols)) continue;
            var port = GatewayAnalysis.Alone(server);
            var targets = GatewayRoutes.TargetsOf(port, there);
            served |= targets.Any(target => target.Router.Key == router.Key);
            Reachability.Check(Entries(router, targets, codecs.Find(port.Application, view), there, path));
        }

        if (!served)
            binding.Warning(
                "no effect: the gateway has no port for a protocol of the hosts, or does not admit them, or the exportTo leaves it out");
    }

    /// <summary>The routes of all MetaRouters at a port; only what concerns the one that is analyzed is reported.</summary>
    private static List<Reachability.Entry> Entries(
        Resource router, IReadOnlyList<GatewayRoutes.Target> targets, CodecInfo? codec, MeshView view, FieldPath path)
    {
        var entries = new List<Reachability.Entry>();
        foreach (var target in targets)
        {
            var own = target.Router.Key == router.Key;
            var routes = target.Router.SpecAs<MetaRouter>().Routes;
            var place = own ? path : path with { Sink = new() };
            var scope = new RouteScope(view, target.Router.Key.Namespace, target.Port, new HashSet<ClusterRef>(), codec);
            for (var i = 0; i < routes.Count; i++)
            {
                if (MetaRouteTranslator.Translate(routes[i], scope, path["routes"][i] with { Sink = new() }) is not { } route) continue;
                if (targets.Count > 1) HostConditions.Add(route, target.Service.Host, codec, view.Model.Options.Domain);
                var name = routes[i].Name.Length > 0 ? $"the route '{routes[i].Name}'" : place["routes"][i].Path;
                var whose = own ? name : $"{name} of the MetaRouter {target.Router.Key.Namespace}/{target.Router.Key.Name}";
                entries.Add(new(route.Match.Headers, routes[i].Match?.SourceLabels ?? [], place["routes"][i], whose));
            }
        }

        return entries;
    }
}
