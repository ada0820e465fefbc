using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>A port that gateways open for a request protocol, with all that Gateways say about it.</summary>
/// <param name="Bind">Address to listen at.</param>
/// <param name="Number">Port to listen at.</param>
/// <param name="Application">The protocol: that of the oldest Gateway. Servers with another one are not among them.</param>
/// <param name="Servers">Those who open it, the oldest first.</param>
internal sealed record GatewayPort(string Bind, int Number, string Application, ImmutableArray<GatewayServer> Servers)
{
    private const string Everywhere = "0.0.0.0";

    /// <summary>Name of its listener and of its routes.</summary>
    public string Name => $"{Bind}_{Number}";

    /// <summary>The ports that some Gateways open together.</summary>
    /// <param name="gateways">The Gateways, the oldest first.</param>
    /// <param name="protocols">Protocols that have a codec; ports of others are not served.</param>
    public static IEnumerable<GatewayPort> Of(IEnumerable<Resource> gateways, ProtocolTable protocols)
    {
        foreach (var port in gateways.SelectMany(GatewayServer.Of).Where(server => server.IsServed(protocols)).GroupBy(server => (server.Bind, server.Number)))
        {
            var application = port.First().Application;
            yield return new(
                port.Key.Bind.Length > 0 ? port.Key.Bind : Everywhere, port.Key.Number, application,
                [.. port.Where(server => server.Application == application)]);
        }
    }
}

/// <summary>A server of a Gateway.</summary>
/// <param name="Gateway">The Gateway.</param>
/// <param name="Server">The server.</param>
internal sealed record GatewayServer(Resource Gateway, Server Server)
{
    /// <summary>The Gateway as <c>namespace/name</c>.</summary>
    public string FullName => $"{Gateway.Key.Namespace}/{Gateway.Key.Name}";

    /// <summary>Address to listen at; empty: all.</summary>
    public string Bind => Server.Bind;

    /// <summary>Port to listen at.</summary>
    public int Number => (int)(Server.Port?.Number ?? 0);

    /// <summary>The application protocol; empty if it is another kind of port, such as HTTP.</summary>
    public string Application { get; } =
        Server.Port is { } port && PortProtocol.Of(port.Name, port.Protocol) is { Kind: PortProtocolKind.Application } spoken
            ? spoken.Name
            : "";

    /// <summary>The servers of a Gateway.</summary>
    public static IEnumerable<GatewayServer> Of(Resource gateway) =>
        gateway.SpecAs<Gateway>().Servers.Select(server => new GatewayServer(gateway, server));

    /// <summary>Whether it is a port that gateways serve: of a request protocol with a codec.</summary>
    public bool IsServed(ProtocolTable protocols) => Number > 0 && protocols.Knows(Application);

    /// <summary>Whether a host, routed by a resource in a namespace, is one of its <c>[namespace/]dnsName</c>.</summary>
    public bool Admits(string host, string ns)
    {
        foreach (var entry in Server.Hosts)
        {
            var slash = entry.IndexOf('/', StringComparison.Ordinal);
            var owner = slash < 0 ? "*" : entry[..slash] == "." ? Gateway.Key.Namespace : entry[..slash];
            if ((owner == "*" || owner == ns) && HostNames.Matches(entry[(slash + 1)..].ToLowerInvariant(), host)) return true;
        }

        return false;
    }
}
