using Meltemi.Resources;
using Core = Meltemi.Resources.Core;
using Istio = Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>Ports of resources, with the protocol that their names and fields tell.</summary>
internal static class PortKinds
{
    /// <summary>A port of a ServiceEntry.</summary>
    public static ServicePort Of(Istio.ServicePort port) => Of((int)port.Number, port.Name, port.Protocol, "");

    /// <summary>A port of a Sidecar.</summary>
    public static ServicePort Of(Istio.SidecarPort port) => Of((int)port.Number, port.Name, port.Protocol, "");

    /// <summary>A port of a Kubernetes Service.</summary>
    public static ServicePort Of(Core.ServicePort port) => Of(port.Port, port.Name, port.Protocol, port.AppProtocol);

    private static ServicePort Of(int number, string name, string protocol, string application)
    {
        var spoken = PortProtocol.Of(name, protocol, application);
        return spoken.Kind switch
        {
            PortProtocolKind.Auto => new(number, name, PortKind.Recognised, ServicePort.Auto),
            PortProtocolKind.Application => new(number, name, PortKind.Meta, spoken.Name),
            PortProtocolKind.Http => new(number, name, PortKind.Http),
            PortProtocolKind.Http2 => new(number, name, PortKind.Http2),
            PortProtocolKind.Grpc => new(number, name, PortKind.Grpc),
            PortProtocolKind.Tls or PortProtocolKind.Https => new(number, name, PortKind.Tls),
            PortProtocolKind.Udp => new(number, name, PortKind.Udp),
            _ => new(number, name, PortKind.Tcp),
        };
    }
}
