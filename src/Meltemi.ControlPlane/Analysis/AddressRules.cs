using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>Services at one address and port: clients that see both come to the older one.</summary>
internal static class AddressRules
{
    /// <summary>Reports the service if it is the younger one of two.</summary>
    public static void Check(Service service, MeshView view)
    {
        foreach (var address in service.Addresses)
        {
            var neighbours = view.Model.HostsOfAddress.GetValueOrDefault(address) ?? [];
            foreach (var host in neighbours.Where(host => host != service.Host).Order(StringComparer.Ordinal))
                if (view.FindHost(host)?.Services.FirstOrDefault(other => Overrules(other, service, address)) is { } older)
                {
                    Report(service, older, address, view);
                    return;
                }
        }
    }

    private static bool Overrules(Service other, Service service, string address) =>
        Age.Compare(other, service) < 0 && other.Addresses.Contains(address) && CommonPort(other, service) is not null
        && (other.Namespace == service.Namespace || other.ExportTo.Overlaps(service.ExportTo));

    private static void Report(Service service, Service older, string address, MeshView view)
    {
        var port = CommonPort(older, service)!.Number;
        var place = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
        var text = older.Source == service.Source
            ? $"clients that connect to {place} come to {older.Host}, the first of the hosts: give {service.Host} a resource and an address of its own"
            : $"{place} is also an address of {older.Host} in {older.Source}, which is older: clients that see both come to that one; use another address or port";
        if (older.Source == service.Source) view.Problems.Warning(service.Source, "spec.addresses", text);
        else view.Problems.NotAccepted(service.Source, "spec.addresses", text);
    }

    private static ServicePort? CommonPort(Service one, Service other) =>
        other.Ports.FirstOrDefault(port => port.Kind != PortKind.Udp && one.FindPort(port.Number) is { Kind: not PortKind.Udp });
}
