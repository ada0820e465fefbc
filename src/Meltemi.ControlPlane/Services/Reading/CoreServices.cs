using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources;
using Meltemi.Resources.Discovery;
using Core = Meltemi.Resources.Core;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>The service that a Kubernetes Service is, and its endpoints by slices, by Endpoints or by its selector.</summary>
internal static class CoreServices
{
    private const string ExportAnnotation = "networking.istio.io/exportTo";

    /// <summary>The service.</summary>
    public static Service Read(Resource resource, MeshOptions options)
    {
        var spec = resource.SpecAs<Core.Service>().Spec ?? new();
        var exportTo = resource.Meta.Annotations.TryGetValue(ExportAnnotation, out var text)
            ? text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];
        var byName = spec.Type == "ExternalName";
        return new()
        {
            Id = new(resource.Key.Namespace, HostNames.Expand(resource.Key.Name, resource.Key.Namespace, options)),
            Source = resource.Key,
            Created = resource.Meta.CreationTimestamp,
            Ports = ProtocolAnnotations.Apply(spec.Ports.DistinctBy(port => port.Port).Select(PortKinds.Of), resource.Meta),
            Addresses = [.. AddressesOf(spec)],
            Resolution = byName ? Resolution.Dns : Resolution.Static,
            External = byName,
            IsHeadless = spec.ClusterIP == "None",
            ExportTo = Visibility.Parse(exportTo, resource.Key.Namespace),
            Selector = spec.Selector.Count > 0 ? LabelSet.From(spec.Selector) : null,
        };
    }

    /// <summary>The endpoints.</summary>
    /// <param name="resource">The Service.</param>
    /// <param name="service">The same, as read.</param>
    /// <param name="slices">Its EndpointSlices; without any, its Endpoints if there is one.</param>
    /// <param name="selected">The workloads that its selector takes; used if there is neither.</param>
    /// <param name="labelsOf">Labels of a pod of the service's namespace by name; null: no such pod.</param>
    /// <param name="pool">What is shared.</param>
    public static ImmutableArray<ServiceEndpoint> ReadEndpoints(
        Resource resource, Service service, IReadOnlyCollection<Resource> slices, IEnumerable<Workload> selected, Func<string, LabelSet?> labelsOf, LabelPool pool)
    {
        var spec = resource.SpecAs<Core.Service>().Spec ?? new();
        var ports = new PortMapper(service, pool);
        if (spec.Type == "ExternalName") return [new(spec.ExternalName, ports.Map(port => port.Number), LabelSet.Empty, Locality.None)];
        var found = new List<ServiceEndpoint>();
        foreach (var slice in slices)
        {
            if (slice.Spec is EndpointSlice ofSlice) FromSlice(ofSlice, ports, labelsOf, pool, found);
            else if (slice.Spec is Core.Endpoints endpoints) FromEndpoints(endpoints, ports, labelsOf, found);
        }

        if (slices.Count == 0 && service.Selector is not null) found.AddRange(selected.Select(workload => FromWorkload(spec, workload, ports)));
        return [.. found];
    }

    private static void FromSlice(EndpointSlice slice, PortMapper ports, Func<string, LabelSet?> labelsOf, LabelPool pool, List<ServiceEndpoint> found)
    {
        foreach (var endpoint in slice.Endpoints)
        {
            if (endpoint.Addresses.Count == 0) continue;
            var conditions = endpoint.Conditions;
            found.Add(new(
                endpoint.Addresses[0],
                ports.Map(port => slice.Ports.FirstOrDefault(candidate => candidate.Name == port.Name)?.Port ?? 0),
                endpoint.TargetRef is { Kind: "Pod" } pod ? labelsOf(pod.Name) ?? LabelSet.Empty : LabelSet.Empty,
                pool.Locality(endpoint.Zone.Length > 0 ? $"/{endpoint.Zone}" : ""))
            {
                Ready = conditions is null || (conditions.HasReady ? conditions.Ready : true),
            });
        }
    }

    private static void FromEndpoints(Core.Endpoints endpoints, PortMapper ports, Func<string, LabelSet?> labelsOf, List<ServiceEndpoint> found)
    {
        foreach (var subset in endpoints.Subsets)
        {
            var numbers = ports.Map(port => subset.Ports.FirstOrDefault(candidate => candidate.Name == port.Name)?.Port ?? 0);
            foreach (var (address, ready) in subset.Addresses.Select(a => (a, true)).Concat(subset.NotReadyAddresses.Select(a => (a, false))))
            {
                var labels = address.TargetRef is { Kind: "Pod" } pod ? labelsOf(pod.Name) : null;
                found.Add(new(address.Ip, numbers, labels ?? LabelSet.Empty, Locality.None) { Ready = ready });
            }
        }
    }

    private static ServiceEndpoint FromWorkload(Core.ServiceSpec spec, Workload workload, PortMapper ports) => new(
        workload.Address,
        ports.Map(port => TargetOf(spec.Ports.First(candidate => candidate.Port == port.Number), workload)),
        workload.Labels,
        workload.Locality,
        workload.Weight)
    {
        Ready = workload.Ready || spec.PublishNotReadyAddresses,
        Workload = workload,
    };

    private static int TargetOf(Core.ServicePort port, Workload workload) => port.TargetPort switch
    {
        { KindCase: Value.KindOneofCase.NumberValue } number => (int)number.NumberValue,
        { KindCase: Value.KindOneofCase.StringValue } name => workload.Ports.GetValueOrDefault(name.StringValue),
        _ => workload.Ports.GetValueOrDefault(port.Name, port.Port),
    };

    private static IEnumerable<string> AddressesOf(Core.ServiceSpec spec)
    {
        var given = spec.ClusterIPs.Count > 0 ? spec.ClusterIPs.AsEnumerable() : [spec.ClusterIP];
        return given.Concat(spec.ExternalIPs).Select(AddressText.WithoutLength).OfType<string>().Distinct();
    }
}
