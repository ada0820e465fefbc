using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using Action = Meltemi.Resources.Istio.EnvoyFilter.Types.RouteConfigurationMatch.Types.RouteMatch.Types.Action;
using RouteMatch = Meltemi.Resources.Istio.EnvoyFilter.Types.RouteConfigurationMatch.Types.RouteMatch;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>Whether a patch is for a part of a resource. What a match does not say matches everything, as with Istio.</summary>
internal static class PatchMatches
{
    /// <summary>A listener.</summary>
    public static bool Matches(EnvoyPatch patch, Listener listener)
    {
        if (patch.Match.Listener is not { } match) return true;
        if (match.Name.Length > 0 && match.Name != listener.Name) return false;
        return match.PortNumber == 0 || listener.Address?.SocketAddress?.PortValue == match.PortNumber;
    }

    /// <summary>A filter chain of a listener that matches.</summary>
    public static bool Matches(EnvoyPatch patch, FilterChain chain)
    {
        if (patch.Match.Listener?.FilterChain is not { } match) return true;
        var conditions = chain.FilterChainMatch ?? new();
        return (match.Name.Length == 0 || match.Name == chain.Name)
            && (match.Sni.Length == 0 || conditions.ServerNames.Contains(match.Sni))
            && (match.TransportProtocol.Length == 0 || match.TransportProtocol == conditions.TransportProtocol)
            && match.ApplicationProtocols.Split(',', StringSplitOptions.RemoveEmptyEntries).All(conditions.ApplicationProtocols.Contains)
            && (match.DestinationPort == 0 || match.DestinationPort == conditions.DestinationPort);
    }

    /// <summary>Name of the network filter that a patch is for; null: all.</summary>
    public static string? NetworkFilter(EnvoyPatch patch) => patch.Match.Listener?.FilterChain?.Filter?.Name;

    /// <summary>Name of the filter for requests that a patch is for; null: all.</summary>
    public static string? HttpFilter(EnvoyPatch patch) => patch.Match.Listener?.FilterChain?.Filter?.SubFilter?.Name;

    /// <summary>Name of the listener filter that a patch is for; null: all.</summary>
    public static string? ListenerFilter(EnvoyPatch patch) =>
        patch.Match.Listener is { ListenerFilter.Length: > 0 } match ? match.ListenerFilter : null;

    /// <summary>A cluster.</summary>
    public static bool Matches(EnvoyPatch patch, Cluster cluster)
    {
        if (patch.Match.Cluster is not { } match) return true;
        if (match.Name.Length > 0) return match.Name == cluster.Name;
        if (match is { Subset.Length: 0, Service.Length: 0, PortNumber: 0 }) return true;

        // direction|port|subset|host; of an inbound cluster the host is empty.
        if (cluster.Name.Split('|') is not [_, var port, var subset, var host]) return false;
        return (match.Subset.Length == 0 || match.Subset == subset)
            && (match.Service.Length == 0 || match.Service == host)
            && (match.PortNumber == 0 || match.PortNumber.ToString(CultureInfo.InvariantCulture) == port);
    }

    /// <summary>A route configuration.</summary>
    public static bool Matches(EnvoyPatch patch, RouteConfiguration routes)
    {
        if (patch.Match.RouteConfiguration is not { } match) return true;
        if (match.Name.Length > 0 && match.Name != routes.Name) return false;
        return match.PortNumber == 0 || match.PortNumber == PortOf(routes.Name);
    }

    /// <summary>A virtual host of a route configuration that matches.</summary>
    public static bool Matches(EnvoyPatch patch, VirtualHost host)
    {
        if (patch.Match.RouteConfiguration?.Vhost is not { } match) return true;
        return (match.Name.Length == 0 || match.Name == host.Name)
            && (match.DomainName.Length == 0 || host.Domains.Contains(match.DomainName));
    }

    /// <summary>The route that a patch is for; null: all of a virtual host.</summary>
    public static RouteMatch? Route(EnvoyPatch patch) => patch.Match.RouteConfiguration?.Vhost?.Route;

    /// <summary>A route of a virtual host that matches.</summary>
    public static bool Matches(EnvoyPatch patch, Route route)
    {
        if (Route(patch) is not { } match) return true;
        if (match.Name.Length > 0 && match.Name != route.Name) return false;
        return match.Action switch
        {
            Action.Route => route.ActionCase == Envoy.Config.Route.V3.Route.ActionOneofCase.Route_,
            Action.Redirect => route.ActionCase == Envoy.Config.Route.V3.Route.ActionOneofCase.Redirect,
            Action.DirectResponse => route.ActionCase == Envoy.Config.Route.V3.Route.ActionOneofCase.DirectResponse,
            _ => true,
        };
    }

    /// <summary>The port in a name such as <c>host_80</c> or <c>outbound|80||host</c>; 0: there is none.</summary>
    private static uint PortOf(string name)
    {
        var text = name.Split('|') is [_, var port, ..] ? port : name[(name.LastIndexOf('_') + 1)..];
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
