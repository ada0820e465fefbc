using Google.Protobuf.Collections;
using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for VirtualService; those of its HTTP routes are in <see cref="HttpRouteRules"/>.</summary>
internal static class VirtualServiceRules
{
    public static void Check(VirtualService spec, FieldPath field)
    {
        CheckHosts(spec, field["hosts"]);
        Scopes.CheckGateways(spec.Gateways, field["gateways"]);
        Scopes.CheckExportTo(spec.ExportTo, field["exportTo"]);
        if (spec.Http.Count + spec.Tcp.Count + spec.Tls.Count == 0 && !field.IsWrong) field.Error("one of http, tls, tcp is needed");
        for (var i = 0; i < spec.Http.Count; i++) HttpRouteRules.Check(spec.Http[i], field["http"][i]);
        HttpRouteRules.CheckReach(spec.Http, field["http"]);
        for (var i = 0; i < spec.Tcp.Count; i++) CheckTcp(spec.Tcp[i], field["tcp"][i]);
        for (var i = 0; i < spec.Tls.Count; i++) CheckTls(spec.Tls[i], spec.Hosts, field["tls"][i]);
    }

    private static void CheckHosts(VirtualService spec, FieldPath field)
    {
        if (spec.Hosts.Count == 0 && !field.IsWrong)
            field.Warning("without hosts its routes are only for VirtualServices that delegate to it, which is not implemented yet");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var forSidecars = spec.Gateways.Count == 0 || spec.Gateways.Contains("mesh");
        for (var i = 0; i < spec.Hosts.Count; i++)
        {
            var host = spec.Hosts[i];
            if (!Addresses.IsIp(host)) Hosts.Check(host, field[i], wildcard: true);
            if (host == "*" && forSidecars) field[i].Error("'*' is for gateways only; name them in 'gateways', without mesh");
            if (!seen.Add(host)) field[i].Error($"'{host}' is there twice");
        }
    }

    private static void CheckTcp(TCPRoute route, FieldPath field)
    {
        for (var i = 0; i < route.Match.Count; i++)
        {
            var (match, place) = (route.Match[i], field["match"][i]);
            CheckBlocks(match.DestinationSubnets, place["destinationSubnets"]);
            if (match.SourceSubnet.Length > 0)
                place["sourceSubnet"].ErrorIf($"'{match.SourceSubnet}'", Addresses.BlockComplaint(match.SourceSubnet));
            Labels.Check(match.SourceLabels, place["sourceLabels"]);
            Scopes.CheckGateways(match.Gateways, place["gateways"]);
        }

        CheckDestinations(route.Route, field["route"]);
    }

    private static void CheckTls(TLSRoute route, RepeatedField<string> hosts, FieldPath field)
    {
        for (var i = 0; i < route.Match.Count; i++)
        {
            var (match, place) = (route.Match[i], field["match"][i]);
            for (var j = 0; j < match.SniHosts.Count; j++)
            {
                var name = match.SniHosts[j];
                Hosts.Check(name, place["sniHosts"][j], wildcard: true);
                if (hosts.Count > 0 && !hosts.Any(host => Hosts.Covers(host, name)))
                    place["sniHosts"][j].Error($"'{name}' is not covered by any of the hosts");
            }

            CheckBlocks(match.DestinationSubnets, place["destinationSubnets"]);
            Labels.Check(match.SourceLabels, place["sourceLabels"]);
            Scopes.CheckGateways(match.Gateways, place["gateways"]);
        }

        CheckDestinations(route.Route, field["route"]);
    }

    private static void CheckBlocks(RepeatedField<string> blocks, FieldPath field)
    {
        for (var i = 0; i < blocks.Count; i++) field[i].ErrorIf($"'{blocks[i]}'", Addresses.BlockComplaint(blocks[i]));
    }

    private static void CheckDestinations(RepeatedField<RouteDestination> destinations, FieldPath field)
    {
        for (var i = 0; i < destinations.Count; i++) Destinations.Check(destinations[i].Destination, field[i]["destination"]);
        Destinations.CheckWeights([.. destinations.Select(destination => (long)destination.Weight)], field, percent: false);
    }
}
