using Google.Protobuf.Collections;
using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for Gateway.</summary>
internal static class GatewayRules
{
    public static void Check(Gateway spec, FieldPath field)
    {
        Labels.Check(spec.Selector, field["selector"]);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var protocols = new Dictionary<(string, uint), PortProtocol>();
        for (var i = 0; i < spec.Servers.Count; i++)
        {
            var (server, place) = (spec.Servers[i], field["servers"][i]);
            CheckHosts(server.Hosts, place["hosts"]);
            if (server.Bind.Length > 0 && !Addresses.IsIp(server.Bind)) place["bind"].Error($"'{server.Bind}' is not an IP address");
            if (server.Port is null) continue;
            if (server.Port.Name.Length > 0 && !names.Add(server.Port.Name))
                place["port"]["name"].Error($"'{server.Port.Name}' is there twice");
            var protocol = PortProtocol.Of(server.Port.Name, server.Port.Protocol);
            var number = (server.Bind, server.Port.Number);
            if (!protocols.TryAdd(number, protocol) && protocols[number] is var other && !CanShare(other, protocol))
                place["port"].Error($"port {server.Port.Number} speaks {other.Name} already; it cannot speak {protocol.Name} too");
            if (HasTls(protocol) && server.Tls is null)
                place["tls"].Error($"'tls' is missing, which {protocol.Name} needs");
        }
    }

    /// <summary>Servers with TLS can share a port even so: the server name tells them apart.</summary>
    private static bool CanShare(PortProtocol one, PortProtocol other) => one == other || (HasTls(one) && HasTls(other));

    private static bool HasTls(PortProtocol protocol) => protocol.Kind is PortProtocolKind.Https or PortProtocolKind.Tls;

    private static void CheckHosts(RepeatedField<string> hosts, FieldPath field)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < hosts.Count; i++)
        {
            var slash = hosts[i].IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && hosts[i][..slash] is var space and not ("*" or ".") && Names.LabelComplaint(space) is { } complaint)
                field[i].Error($"'{hosts[i]}' is not namespace/host: in the namespace, {complaint}");
            Hosts.Check(hosts[i][(slash + 1)..], field[i], wildcard: true);
            if (!seen.Add(hosts[i])) field[i].Error($"'{hosts[i]}' is there twice");
        }
    }
}
