using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Reading;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Service = Meltemi.ControlPlane.Services.Service;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>Ports that speak several protocols.</summary>
internal static class RecognitionRules
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Check(Resource resource, Service service, ProtocolTable protocols, MeshView view)
    {
        foreach (var (field, reason) in ProtocolAnnotations.Complaints(resource.Meta, service.Ports)) view.Problems.Warning(resource.Key, field, reason);
        foreach (var port in service.Ports)
        {
            if (port.Kind != PortKind.Recognised || port.Application == ServicePort.Auto) continue;
            foreach (var protocol in port.Application.Split(',')) Check(resource, port, protocol, protocols, view);
        }
    }

    private static void Check(Resource resource, ServicePort port, string protocol, ProtocolTable protocols, MeshView view)
    {
        var field = ProtocolAnnotations.FieldOf(port, resource.Meta)!;
        if (!protocols.Knows(protocol))
            view.Problems.NotResolved(resource.Key, field,
                $"nothing is known of the protocol '{protocol}', so that its connections are passed on as bytes; declare its codec by an ApplicationProtocol");
        else if (protocols.CanBeRecognised(protocol) == false)
            view.Problems.NotAccepted(resource.Key, field,
                $"'{protocol}' cannot be recognised by what clients send first, so that its connections are passed on as bytes; give it a port of its own");
    }
}
