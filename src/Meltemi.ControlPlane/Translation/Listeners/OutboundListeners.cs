using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Translation.Listeners;

/// <summary>Where the clients beside a sidecar reach a service: one listener for each of its addresses and ports.</summary>
internal static class OutboundListeners
{
    /// <summary>Builds them.</summary>
    public static ImmutableArray<Translated<Listener>> Build(Service service, InterceptionMode interception, ProtocolTable protocols)
    {
        var listeners = ImmutableArray.CreateBuilder<Translated<Listener>>();
        foreach (var address in AddressesOf(service, interception))
            foreach (var port in service.Ports)
                if (Build(service, port, $"{address}_{port.Number}", address, port.Number, interception == InterceptionMode.None, protocols) is { } listener)
                    listeners.Add(listener);
        return listeners.ToImmutable();
    }

    /// <summary>A listener for one port of a service at any place; null: the port is not for a proxy.</summary>
    public static Translated<Listener>? Build(
        Service service, ServicePort port, string name, string address, int number, bool bind, ProtocolTable protocols)
    {
        if (port.Kind == PortKind.Udp) return null;
        var cluster = new ClusterRef(service.Host, port.Number);
        var isMeta = IsMeta(port, protocols);
        var routeName = Chains.RouteName(service.Host, port.Number);
        var filter = isMeta
            ? Chains.Meta(cluster.Name, routeName, port.Application, protocols)
            : Chains.Tcp(cluster.Name, cluster.Name);
        return new(name, Chains.Listen(name, address, number, TrafficDirection.Outbound, bind, filter))
        {
            Sources = isMeta && protocols.Declaration(port.Application) is { } declaration ? [service.Source, declaration.Key] : [service.Source],
            Clusters = isMeta ? [] : [cluster],
            RouteNames = isMeta ? [routeName] : [],
        };
    }

    /// <summary>Whether the requests of a port are seen one by one. A protocol without a codec is passed on as bytes.</summary>
    public static bool IsMeta(ServicePort port, ProtocolTable protocols) => port.Kind == PortKind.Meta && protocols.Knows(port.Application);

    /// <summary>
    /// The addresses to listen at. Without interception a proxy can only listen at those that belong to its machine: what was allocated (the operator chose
    /// the range) and loopback addresses.
    /// </summary>
    public static IEnumerable<string> AddressesOf(Service service, InterceptionMode interception)
    {
        var given = interception == InterceptionMode.None
            ? service.Addresses.Where(address => address.StartsWith("127.", StringComparison.Ordinal))
            : service.Addresses;
        return service.AllocatedAddress is { } allocated ? given.Append(allocated) : given;
    }
}
