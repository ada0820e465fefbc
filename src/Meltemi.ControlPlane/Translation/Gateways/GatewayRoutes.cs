using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>
/// The routes of a gateway's port: those of all MetaRouters that are bound to it, the oldest first, one after the other. A request that
/// matches none is answered with "no route".
/// </summary>
internal static class GatewayRoutes
{
    /// <summary>A host that a MetaRouter brings to a port.</summary>
    public sealed record Target(Resource Router, Service Service, ServicePort Port);

    /// <summary>Translates.</summary>
    /// <param name="codec">The protocol; null: nothing is known about it.</param>
    /// <param name="gateway">Labels of the gateway's proxy, which is the client.</param>
    public static Translated<RouteConfiguration> Build(GatewayPort port, CodecInfo? codec, LabelSet gateway, MeshView view)
    {
        var host = new VirtualHost { Name = port.Name, Domains = { "*" }, RetryPolicy = RetryPolicies.Default(codec) };
        var clusters = new HashSet<ClusterRef>();
        var targets = TargetsOf(port, view);
        foreach (var target in targets)
        {
            var scope = new RouteScope(view, target.Router.Key.Namespace, target.Port, clusters, codec);
            foreach (var route in RoutesOf(target, gateway, scope, FieldPath.Spec(view.Problems, target.Router)))
            {
                if (targets.Count > 1) HostConditions.Add(route, target.Service.Host, codec, view.Model.Options.Domain);
                host.Routes.Add(route);
            }
        }

        return new(port.Name, new RouteConfiguration { Name = port.Name, VirtualHosts = { host } })
        {
            Sources = [.. targets.Select(target => target.Router.Key).Distinct()],
            Clusters = [.. clusters],
        };
    }

    /// <summary>What is bound to a port and admitted there.</summary>
    public static IReadOnlyList<Target> TargetsOf(GatewayPort port, MeshView view)
    {
        var bound = new List<(Resource Router, string Host)>();
        foreach (var server in port.Servers)
            foreach (var router in view.FindHost(GatewayBindings.FiledUnder(server.FullName))?.MetaRouters ?? [])
                if (Exports.Of(router).Includes(view.Namespace))
                    bound.AddRange(HostsOf(router).Where(host => server.Admits(host, router.Key.Namespace)).Select(host => (router, host)));
        var targets = new List<Target>();
        foreach (var (router, host) in bound.Distinct().OrderBy(entry => entry.Router, Comparer<Resource>.Create(Age.Compare)))
            if (view.FindService(host, router.Key.Namespace) is { } service && PortOf(service, port) is { } servicePort)
                targets.Add(new(router, service, servicePort));
        return targets;
    }

    /// <summary>The port of a service that a gateway's port leads to: of its protocol, and with its number if there are several; rather one that speaks nothing else.</summary>
    public static ServicePort? PortOf(Service service, GatewayPort port)
    {
        var alike = service.Ports.Where(candidate => candidate.MaySpeak(port.Application));
        return alike.OrderByDescending(candidate => candidate.Number == port.Number).ThenBy(candidate => candidate.Kind).FirstOrDefault();
    }

    private static IEnumerable<string> HostsOf(Resource router) =>
        router.SpecAs<MetaRouter>().Hosts.Select(host => host.ToLowerInvariant());

    private static IEnumerable<Route> RoutesOf(Target target, LabelSet gateway, RouteScope scope, FieldPath path)
    {
        var router = target.Router.SpecAs<MetaRouter>();
        return router.Routes.Count > 0 ? MetaRoutes.Translate(router, gateway, scope, path) : [MetaRoutes.Default(target.Service, scope)];
    }
}
