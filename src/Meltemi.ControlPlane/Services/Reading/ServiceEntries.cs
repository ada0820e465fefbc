using System.Collections.Immutable;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>Services and endpoints of a ServiceEntry. Each of its hosts is a service, all with the same ports and endpoints.</summary>
internal static class ServiceEntries
{
    /// <summary>The services.</summary>
    public static ImmutableArray<Service> Read(Resource resource)
    {
        var entry = resource.SpecAs<ServiceEntry>();
        var ports = ProtocolAnnotations.Apply(entry.Ports.DistinctBy(port => port.Number).Select(PortKinds.Of), resource.Meta);
        var addresses = ImmutableArray.CreateRange(entry.Addresses.Select(AddressText.WithoutLength).OfType<string>().Distinct());
        var selector = entry.WorkloadSelector is { } wanted ? LabelSet.From(wanted.Labels) : null;
        var exportTo = Visibility.Parse(entry.ExportTo, resource.Key.Namespace);
        return
        [
            .. entry.Hosts.Select(host => host.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Select(host => new Service
            {
                Id = new(resource.Key.Namespace, host),
                Source = resource.Key,
                Created = resource.Meta.CreationTimestamp,
                Ports = ports,
                Addresses = addresses,
                Resolution = ReadResolution(entry),
                External = entry.Location == ServiceEntry.Types.Location.MeshExternal,
                ExportTo = exportTo,
                Selector = selector,
            }),
        ];
    }

    /// <summary>The endpoints of one of its services; for those with a selector the workloads that it selects.</summary>
    public static ImmutableArray<ServiceEndpoint> ReadEndpoints(Resource resource, Service service, IEnumerable<Workload> selected, LabelPool pool)
    {
        var entry = resource.SpecAs<ServiceEntry>();
        var ports = new PortMapper(service, pool);
        if (service.Selector is not null) return [.. selected.Select(workload => FromWorkload(entry, workload, service, ports))];
        if (entry.Endpoints.Count > 0)
        {
            return
            [
                .. entry.Endpoints.Where(endpoint => endpoint.Address.Length > 0).Select(endpoint => new ServiceEndpoint(
                    endpoint.Address,
                    ports.Map(port => TargetOf(entry, port, endpoint.Ports.TryGetValue(port.Name, out var number) ? (int)number : 0)),
                    pool.Labels(endpoint.Labels),
                    pool.Locality(endpoint.Locality),
                    Math.Max(1, endpoint.Weight))),
            ];
        }

        var byName = service.Resolution is Resolution.Dns or Resolution.DnsRoundRobin && !service.IsWildcard;
        return byName
            ? [new(service.Host, ports.Map(port => TargetOf(entry, port, 0)), LabelSet.Empty, Locality.None)]
            : [];
    }

    private static ServiceEndpoint FromWorkload(ServiceEntry entry, Workload workload, Service service, PortMapper ports) => new(
        workload.Address,
        ports.Map(port => TargetOf(entry, port, workload.Ports.GetValueOrDefault(port.Name))),
        workload.Labels,
        workload.Locality,
        workload.Weight)
    {
        Ready = workload.Ready,
        Workload = workload,
    };

    private static int TargetOf(ServiceEntry entry, ServicePort port, int ofEndpoint)
    {
        if (ofEndpoint > 0) return ofEndpoint;
        foreach (var candidate in entry.Ports)
            if (candidate.Number == port.Number)
                return candidate.TargetPort > 0 ? (int)candidate.TargetPort : port.Number;
        return port.Number;
    }

    private static Resolution ReadResolution(ServiceEntry entry) => entry.Resolution switch
    {
        ServiceEntry.Types.Resolution.Static => Resolution.Static,
        ServiceEntry.Types.Resolution.Dns => Resolution.Dns,
        ServiceEntry.Types.Resolution.DnsRoundRobin => Resolution.DnsRoundRobin,
        _ => Resolution.None,
    };
}
