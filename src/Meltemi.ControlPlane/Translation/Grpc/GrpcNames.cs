using System.Globalization;
using System.Net;
using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>The names by which gRPC's libraries ask for listeners.</summary>
internal static class GrpcNames
{
    /// <summary>
    /// What a server's names begin with; the bootstrap of the server says so (Istio's is the first one). The listening address follows.
    /// </summary>
    private static readonly string[] ServerPrefixes = ["xds.istio.io/grpc/lds/inbound/", "grpc/server?xds.resource.listening_address="];

    /// <summary>The listening address that a server asks for; null: the name is none of a server.</summary>
    public static IPEndPoint? ServerAddress(string name)
    {
        var prefix = ServerPrefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        return prefix is not null && IPEndPoint.TryParse(name.AsSpan(prefix.Length), out var address) && address.Port > 0 ? address : null;
    }

    /// <summary>
    /// The service that a client means by <c>host:port</c>, the target of its channel without <c>xds:///</c>; of a core Service also
    /// <c>name</c>,
    /// <c>name.namespace</c> and <c>name.namespace.svc</c>. Null: there is none.
    /// </summary>
    public static (Service Service, ServicePort Port)? Target(string name, MeshView view)
    {
        var colon = name.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var (host, domain) = (name[..colon], view.Model.Options.Domain);
        var service = view.FindService(host) ?? view.FindService($"{host}.svc.{domain}") ?? view.FindService($"{host}.{domain}");
        return service?.FindPort(number) is { } port && Serves(port) ? (service, port) : null;
    }

    /// <summary>Whether gRPC may be spoken at a port. Who names a port <c>tcp</c> may know better.</summary>
    public static bool Serves(ServicePort port) => port.Kind is not (PortKind.Udp or PortKind.Meta or PortKind.Recognised or PortKind.Tls);
}
