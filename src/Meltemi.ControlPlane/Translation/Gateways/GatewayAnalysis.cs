using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>What can be said about a Gateway, for its status.</summary>
internal static class GatewayAnalysis
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Analyze(Resource gateway, MeshView view)
    {
        var path = FieldPath.Spec(view.Problems, gateway)["servers"];
        var protocols = new ProtocolTable(view.OfKind(ResourceKinds.ApplicationProtocol, ""));
        var servers = GatewayServer.Of(gateway).ToArray();
        for (var i = 0; i < servers.Length; i++)
        {
            if (servers[i].Application.Length == 0)
                path[i]["port"].Warning("no effect yet: gateways serve ports of request protocols, named such as tcp-metaprotocol-dubbo");
            else if (!servers[i].IsServed(protocols))
                path[i]["port"].NotResolved(
                    $"there is no codec for the protocol '{servers[i].Application}': declare it by an ApplicationProtocol");
            else if (Overruling(servers[i], servers.Take(i), view) is { } other)
                path[i]["port"].NotAccepted(
                    $"port {servers[i].Number} is opened for {other.Application} by {other.FullName}, which comes first: it counts");
            else if (GatewayRoutes.TargetsOf(Alone(servers[i]), view).Count == 0)
                path[i].Warning("no MetaRouter brings routes to it: every request is answered with \"no route\"");
        }
    }

    /// <summary>A server alone, as the port that it opens.</summary>
    public static GatewayPort Alone(GatewayServer server) => new(server.Bind, server.Number, server.Application, [server]);

    /// <summary>A server that opens the same port of the same proxies for another protocol, and comes first; null: none.</summary>
    private static GatewayServer? Overruling(GatewayServer server, IEnumerable<GatewayServer> before, MeshView view)
    {
        var older = view.Model.Others.GetValueOrDefault(ResourceKinds.Gateway)?.Keys
            .SelectMany(ns => view.OfKind(ResourceKinds.Gateway, ns))
            .Where(other => Age.Compare(other, server.Gateway) < 0 && SelectorOf(other).Equals(SelectorOf(server.Gateway)))
            .SelectMany(GatewayServer.Of) ?? [];
        return older.Concat(before).FirstOrDefault(other =>
            other.Number == server.Number && other.Bind == server.Bind
            && other.Application.Length > 0 && other.Application != server.Application);
    }

    private static LabelSet SelectorOf(Resource gateway) => LabelSet.From(gateway.SpecAs<Gateway>().Selector);
}
