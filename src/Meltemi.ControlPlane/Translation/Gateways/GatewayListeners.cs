using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Listener = Envoy.Config.Listener.V3.Listener;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>
/// What the proxy of a gateway gets: a listener for each port with a request protocol, and its routes. HTTP and TLS come later.
/// </summary>
internal static class GatewayListeners
{
    /// <summary>Builds them.</summary>
    /// <param name="labels">Labels of the proxy: Gateways choose by them.</param>
    public static (ImmutableArray<Translated<Listener>> Listeners, ImmutableArray<Translated<RouteConfiguration>> Routes) Build(
        LabelSet labels, ProtocolTable protocols, CodecCatalog codecs, MeshView view)
    {
        var listeners = ImmutableArray.CreateBuilder<Translated<Listener>>();
        var routes = ImmutableArray.CreateBuilder<Translated<RouteConfiguration>>();
        foreach (var port in GatewayPort.Of(Select(labels, view), protocols))
        {
            var filter = Chains.Meta(port.Name, port.Name, port.Application, protocols);
            listeners.Add(new(port.Name, Chains.Listen(port.Name, port.Bind, port.Number, TrafficDirection.Outbound, bind: true, filter))
            {
                Sources = [.. port.Servers.Select(server => server.Gateway.Key).Distinct()],
                RouteNames = [port.Name],
            });
            routes.Add(GatewayRoutes.Build(port, codecs.Find(port.Application, view), labels, view));
        }

        return (listeners.ToImmutable(), routes.ToImmutable());
    }

    /// <summary>
    /// The Gateways of all namespaces that choose a proxy with these labels, the oldest first. Without a selector it chooses all.
    /// </summary>
    private static IEnumerable<Resource> Select(LabelSet labels, MeshView view)
    {
        var all = view.Model.Others.GetValueOrDefault(ResourceKinds.Gateway)?.Keys ?? [];
        return all.SelectMany(ns => view.OfKind(ResourceKinds.Gateway, ns))
            .Where(gateway => LabelSet.From(gateway.SpecAs<Gateway>().Selector).Selects(labels))
            .OrderBy(gateway => gateway, Comparer<Resource>.Create(Age.Compare));
    }
}
