using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Gateways;
using Meltemi.ControlPlane.Translation.RateLimits;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Everything that can be said about a MetaRouter, for its status: the problems that its translation meets for each service and port that
/// it is for, and what is surely not meant.
/// </summary>
public static class MetaRouterAnalysis
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Analyze(Resource router, MeshView view, CodecCatalog codecs)
    {
        var (spec, path) = (router.SpecAs<MetaRouter>(), FieldPath.Spec(view.Problems, router));
        var overruled = 0;
        for (var i = 0; i < spec.Hosts.Count; i++)
        {
            var host = spec.Hosts[i].ToLowerInvariant();
            if (MetaRouterChoice.OverruledBy(router, host, view) is { } other)
            {
                overruled++;
                Overruled(host, other, overruled == spec.Hosts.Count, path["hosts"][i]);
            }

            AnalyzeHost(host, spec, router, view, codecs, path, path["hosts"][i]);
        }

        BindingAnalysis.Check(router, view, codecs, path);
    }

    private static void Overruled(string host, Resource other, bool entirely, FieldPath path)
    {
        var text = $"the MetaRouter {other.Key.Namespace}/{other.Key.Name} routes {host}, and it is older: there is one for a host";
        if (entirely)
            path.NotAccepted(text);
        else
            path.Warning(text);
    }

    private static void AnalyzeHost(
        string host, MetaRouter spec, Resource router, MeshView view, CodecCatalog codecs, FieldPath path, FieldPath hostPath)
    {
        // A MetaRouter is for the whole mesh: who can see the service applies it, whatever the namespace of the MetaRouter can see.
        if ((view.FindService(host) ?? view.FindHost(host)?.Services.FirstOrDefault()) is not { } service)
        {
            hostPath.NotResolved($"there is no service '{host}'");
            return;
        }

        if (view.FindService(host) is null) view = view.In(service.Namespace);
        var ports = service.Ports.Where(port => port.Kind is PortKind.Meta or PortKind.Recognised).ToArray();
        if (ports.Length == 0)
        {
            var names = string.Join(", ", service.Ports.Select(port => $"{port.Number} ({port.Name})"));
            hostPath.Warning(
                $"no effect: no port of {host} has a request protocol, it has {names}; name one such as tcp-metaprotocol-dubbo");
            return;
        }

        foreach (var port in ports)
        {
            // Of a port for several protocols it is not said which of them a route is meant for.
            var codec = port.Kind == PortKind.Meta ? codecs.Find(port.Application, view) : null;
            var scope = new RouteScope(view, router.Key.Namespace, port, new HashSet<ClusterRef>(), codec);
            CheckRoutes(spec, codec, scope, path);
            LimitAnalysis.Check(spec, codec, scope, path);
        }
    }

    private static void CheckRoutes(MetaRouter spec, CodecInfo? codec, RouteScope scope, FieldPath path)
    {
        var entries = new List<Reachability.Entry>();
        for (var i = 0; i < spec.Routes.Count; i++)
        {
            var (route, place) = (spec.Routes[i], path["routes"][i]);
            if (codec is not null) AttributeNames.Check(codec, route, place);
            if (route.LocalRateLimit is { } limit) LimitAnalysis.CheckLocal(limit, codec, place["localRateLimit"]);
            if (MetaRouteTranslator.Translate(route, scope, place) is not { } translated) continue;
            var name = route.Name.Length > 0 ? $"the route '{route.Name}'" : $"{place.Path}";
            entries.Add(new(translated.Match.Headers, route.Match?.SourceLabels ?? [], place, name));
        }

        Reachability.Check(entries);
    }
}
