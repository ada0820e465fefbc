using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Services.Building;
using Meltemi.ControlPlane.Services.Reading;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Service = Meltemi.ControlPlane.Services.Service;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>ServiceEntries and core Services beside each other.</summary>
internal static class ServiceRules
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Check(Resource resource, MeshView view, CodecCatalog codecs)
    {
        var protocols = new ProtocolTable(view.OfKind(ResourceKinds.ApplicationProtocol, ""), codecs);
        var read = resource.Spec is ServiceEntry ? ServiceEntries.Read(resource) : [CoreServices.Read(resource, view.Model.Options)];
        foreach (var before in read)
            if (view.FindHost(before.Host)?.Services.FirstOrDefault(candidate => candidate.Source == resource.Key) is { } service)
            {
                CheckOverruled(service, view);
                CheckAddress(service, view);
                AddressRules.Check(service, view);
            }

        if (read.Length > 0)
        {
            CheckProtocols(read[0], protocols, view);
            RecognitionRules.Check(resource, read[0], protocols, view);
        }

        if (resource.Spec is ServiceEntry entry) CheckEntry(resource.Key, entry, view);
    }

    private static void CheckOverruled(Service service, MeshView view)
    {
        foreach (var other in view.FindHost(service.Host)!.Services)
        {
            if (other.Source == service.Source) return;
            if (!other.ExportTo.Overlaps(service.ExportTo) && other.Namespace != service.Namespace) continue;
            var text = $"the host {service.Host} is also defined by {other.Source}, which is older: it counts wherever both are visible";
            // Where it is seen by more than the other one it still has an effect.
            if (other.ExportTo.IsPublic || other.ExportTo.Equals(service.ExportTo) || other.Namespace == service.Namespace)
                view.Problems.NotAccepted(service.Source, "spec.hosts", text);
            else
                view.Problems.Warning(service.Source, "spec.hosts", text);
            return;
        }
    }

    private static void CheckAddress(Service service, MeshView view)
    {
        if (service.AllocatedAddress is not null || !ServiceAddresses.Needs(service, AddressRange.Parse(view.Model.Options.VirtualAddresses))) return;
        view.Problems.NotAccepted(service.Source, "spec.addresses",
            $"there is no virtual address left for {service.Host} in {view.Model.Options.VirtualAddresses}: give it one, delete services, or start the controller with a larger range");
    }

    private static void CheckProtocols(Service service, ProtocolTable protocols, MeshView view)
    {
        for (var i = 0; i < service.Ports.Length; i++)
        {
            var port = service.Ports[i];
            if (port.Kind == PortKind.Meta && !protocols.Knows(port.Application))
                CheckCodec(service.Source, port, $"spec.ports[{i}].name", view);
            else if (port.Kind == PortKind.Udp)
                view.Problems.Warning(service.Source, $"spec.ports[{i}].protocol", "UDP is not served by proxies: the port has no effect");
        }
    }

    // Names such as redis and mysql stand in files that were never meant for a codec; metaprotocol asks for one.
    private static void CheckCodec(ResourceKey source, ServicePort port, string path, MeshView view)
    {
        if (port.Name.Contains("metaprotocol", StringComparison.OrdinalIgnoreCase))
            view.Problems.NotResolved(source, path,
                $"nothing is known of the protocol '{port.Application}', so that it is passed on as bytes; declare its codec by an ApplicationProtocol");
        else
            view.Problems.Warning(source, path, $"there is no codec for '{port.Application}': it is passed on as bytes");
    }

    private static void CheckEntry(ResourceKey key, ServiceEntry entry, MeshView view)
    {
        for (var i = 0; i < entry.Addresses.Count; i++)
            if (AddressText.WithoutLength(entry.Addresses[i]) is null)
                view.Problems.Warning(key, $"spec.addresses[{i}]", $"'{entry.Addresses[i]}' is not a single IP address: proxies do not listen there");
        if (entry.Resolution != ServiceEntry.Types.Resolution.Static) return;
        for (var i = 0; i < entry.Endpoints.Count; i++)
        {
            var address = entry.Endpoints[i].Address;
            if (address.Length > 0 && !AddressText.IsIp(address) && !address.StartsWith(AddressText.Unix, StringComparison.Ordinal))
                view.Problems.NotAccepted(key, $"spec.endpoints[{i}].address", $"'{address}' is a name; with resolution STATIC it must be an IP address (or use DNS)");
        }
    }
}
