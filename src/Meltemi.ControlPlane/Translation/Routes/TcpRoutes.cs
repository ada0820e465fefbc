using System.Collections.Immutable;
using System.Net;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Service = Meltemi.ControlPlane.Services.Service;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Where the connections to a port go.</summary>
/// <param name="Shares">The clusters; at least one.</param>
/// <param name="Clusters">Those of them that exist.</param>
/// <param name="Source">The VirtualService that says so.</param>
internal sealed record TcpRoute(IReadOnlyList<Share> Shares, ImmutableArray<ClusterRef> Clusters, ResourceKey Source);

/// <summary>
/// The <c>tcp</c> routes of a VirtualService. All of their conditions are known when a listener is made (its port and address, its
/// clients), but for the client's address: a match that asks for it is left out.
/// </summary>
internal static class TcpRoutes
{
    /// <summary>Whether a VirtualService says anything about connections to a service.</summary>
    public static bool Concern(Service service, MeshView view) =>
        VirtualServiceChoice.ForMesh(service.Host, view)?.SpecAs<VirtualService>() is { Tcp.Count: > 0 };

    /// <summary>The first route that matches; null: there is none, and connections go to the service.</summary>
    /// <param name="address">Address of the listener.</param>
    /// <param name="client">Labels of the clients.</param>
    public static TcpRoute? Find(Service service, ServicePort port, string address, LabelSet client, MeshView view)
    {
        if (port.Kind is not (PortKind.Tcp or PortKind.Recognised) || VirtualServiceChoice.ForMesh(service.Host, view) is not { } source) return null;
        var (spec, path) = (source.SpecAs<VirtualService>(), FieldPath.Spec(view.Problems, source)["tcp"]);
        for (var i = 0; i < spec.Tcp.Count; i++)
        {
            var (route, place) = (spec.Tcp[i], path[i]);
            var holds = route.Match.Where((match, m) => Holds(match, port, address, client, view, place["match"][m])).Any();
            if (route.Match.Count > 0 && !holds) continue;
            return Translate(route, new(view, source.Key.Namespace, port, new HashSet<ClusterRef>()), source.Key, place["route"]);
        }

        return null;
    }

    /// <summary>Reports what is wrong with any of the routes.</summary>
    public static void Check(VirtualService service, ServicePort port, RouteScope scope, FieldPath path)
    {
        for (var i = 0; i < service.Tcp.Count; i++)
        {
            for (var m = 0; m < service.Tcp[i].Match.Count; m++)
                Holds(service.Tcp[i].Match[m], port, "", LabelSet.Empty, scope.View, path[i]["match"][m]);
            Translate(service.Tcp[i], scope, default, path[i]["route"]);
        }
    }

    private static bool Holds(L4MatchAttributes match, ServicePort port, string address, LabelSet client, MeshView view, FieldPath path)
    {
        if (match.SourceSubnet.Length > 0)
        {
            path["sourceSubnet"].Warning("the client's address is not looked at yet: the match is left out");
            return false;
        }

        return (match.Port == 0 || match.Port == (uint)port.Number)
            && (match.Gateways.Count == 0 || match.Gateways.Contains(GatewayBindings.Mesh))
            && (match.SourceNamespace.Length == 0 || match.SourceNamespace == view.Namespace)
            && (match.DestinationSubnets.Count == 0 || match.DestinationSubnets.Any(subnet => Contains(subnet, address)))
            && LabelSet.From(match.SourceLabels).Selects(client);
    }

    private static bool Contains(string subnet, string address)
    {
        if (!IPAddress.TryParse(address, out var ip)) return false;
        if (IPNetwork.TryParse(subnet, out var network)) return network.Contains(ip);
        return IPAddress.TryParse(subnet, out var single) && single.Equals(ip);
    }

    private static TcpRoute Translate(TCPRoute route, RouteScope scope, ResourceKey source, FieldPath path)
    {
        var shares = new List<Share>(route.Route.Count);
        for (var i = 0; i < route.Route.Count; i++)
        {
            var destination = route.Route[i].Destination ?? new();
            var cluster = Destinations.Find(destination, scope, path[i]["destination"])?.Name ?? Destinations.Missing(destination, scope);
            var weight = route.Route.Count == 1 ? 1 : route.Route[i].Weight;
            if (weight > 0)
                shares.Add(new(cluster, (uint)weight));
            else
                path[i]["weight"].Warning("the weight is 0: no connection goes there");
        }

        return new(shares.Count > 0 ? shares : [new(Shares.Nowhere, 1)], [.. scope.Clusters], source);
    }
}
