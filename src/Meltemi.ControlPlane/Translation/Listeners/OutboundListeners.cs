using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation.Listeners;

/// <summary>Where the clients beside a sidecar reach a service: one listener for each of its addresses and ports.</summary>
internal static class OutboundListeners
{
    /// <summary>Builds them.</summary>
    /// <param name="service">The service.</param>
    /// <param name="interception">How connections come to the proxy.</param>
    /// <param name="protocols">The protocols of the mesh.</param>
    /// <param name="routes">Where connections to a port at an address go; null: nobody says anything about them.</param>
    public static ImmutableArray<Translated<Listener>> Build(
        Service service, InterceptionMode interception, ProtocolTable protocols, Func<ServicePort, string, TcpRoute?>? routes = null)
    {
        var bind = interception == InterceptionMode.None;
        var listeners = ImmutableArray.CreateBuilder<Translated<Listener>>();
        foreach (var address in AddressesOf(service, interception))
        {
            foreach (var port in service.Ports)
            {
                var (name, route) = ($"{address}_{port.Number}", routes?.Invoke(port, address));
                if (Build(service, port, name, address, port.Number, bind, protocols, route) is { } listener) listeners.Add(listener);
            }
        }

        return listeners.ToImmutable();
    }

    /// <summary>A listener for one port of a service at any place; null: the port is not for a proxy.</summary>
    public static Translated<Listener>? Build(
        Service service, ServicePort port, string name, string address, int number, bool bind, ProtocolTable protocols,
        TcpRoute? route = null)
    {
        if (port.Kind == PortKind.Udp) return null;
        var cluster = new ClusterRef(service.Host, port.Number);
        var isMeta = IsMeta(port, protocols);
        var routeName = Chains.RouteName(service.Host, port.Number);
        var filter = isMeta
            ? Chains.Meta(cluster.Name, routeName, port.Application, protocols)
            : route is null ? Chains.Tcp(cluster.Name, cluster.Name) : Chains.Tcp(cluster.Name, route);
        return new(name, Chains.Listen(name, address, number, TrafficDirection.Outbound, bind, filter))
        {
            Sources = Sources(service, port, protocols, isMeta, route),
            Clusters = isMeta ? [] : route?.Clusters ?? [cluster],
            RouteNames = isMeta ? [routeName] : [],
        };
    }

    /// <summary>Whether the requests of a port are seen one by one. A protocol without a codec is passed on as bytes.</summary>
    public static bool IsMeta(ServicePort port, ProtocolTable protocols) => port.Kind == PortKind.Meta && protocols.Knows(port.Application);

    /// <summary>
    /// The addresses to listen at. Without interception a proxy can only listen at those that belong to its machine: what was allocated
    /// (the operator chose the range) and loopback addresses.
    /// </summary>
    public static IEnumerable<string> AddressesOf(Service service, InterceptionMode interception)
    {
        var given = interception == InterceptionMode.None
            ? service.Addresses.Where(address => address.StartsWith("127.", StringComparison.Ordinal))
            : service.Addresses;
        return service.AllocatedAddress is { } allocated ? given.Append(allocated) : given;
    }

    private static ImmutableArray<ResourceKey> Sources(
        Service service, ServicePort port, ProtocolTable protocols, bool isMeta, TcpRoute? route)
    {
        var second = isMeta ? protocols.Declaration(port.Application)?.Key : route?.Source;
        return second is { } source ? [service.Source, source] : [service.Source];
    }
}
