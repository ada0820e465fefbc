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
        var routeName = Chains.RouteName(service.Host, port.Number);
        var spoken = ProtocolsOf(port, protocols);
        var (isRecognised, hasBytes) = (port.Kind == PortKind.Recognised && spoken.Count > 0, port.Kind != PortKind.Meta || spoken.Count == 0);
        var filter = !hasBytes ? Meta(port.Application)
            : route is null ? Chains.Tcp(cluster.Name, cluster.Name) : Chains.Tcp(cluster.Name, route);
        var listener = Chains.Listen(name, address, number, TrafficDirection.Outbound, bind, filter);
        if (isRecognised) listener = Chains.Recognise(listener, spoken.Select(protocol => (protocol, Meta(protocol))), port.SilenceLimit);
        return new(name, listener)
        {
            Sources = [service.Source, .. spoken.Select(protocols.Declaration).OfType<Resource>().Select(declared => declared.Key), .. SourceOf(route, hasBytes)],
            Clusters = hasBytes ? route?.Clusters ?? [cluster] : [],
            RouteNames = spoken.Count > 0 ? [routeName] : [],
        };

        Filter Meta(string protocol) => Chains.Meta(cluster.Name, routeName, protocol, protocols);
    }

    /// <summary>Whether the requests of a port, or of some of its connections, are seen one by one.</summary>
    public static bool IsMeta(ServicePort port, ProtocolTable protocols) => ProtocolsOf(port, protocols).Count > 0;

    /// <summary>The protocols whose requests are seen one by one. One without a codec is passed on as bytes.</summary>
    private static IReadOnlyList<string> ProtocolsOf(ServicePort port, ProtocolTable protocols) => port.Kind switch
    {
        PortKind.Meta when protocols.Knows(port.Application) => [port.Application],
        PortKind.Recognised => protocols.Recognised(port),
        _ => [],
    };

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

    private static IEnumerable<ResourceKey> SourceOf(TcpRoute? route, bool hasBytes) => hasBytes && route is not null ? [route.Source] : [];
}
