using System.Collections.Immutable;
using Meltemi.ControlPlane.Services.Reading;
using Meltemi.Resources;
using Meltemi.Resources.Discovery;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>Who serves each service, while it is being changed: listed in the service's resource, in slices, or selected.</summary>
internal sealed class EndpointTable
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    private readonly ImmutableDictionary<ServiceId, EndpointSet>.Builder _endpoints = ImmutableDictionary.CreateBuilder<ServiceId, EndpointSet>();
    private readonly Dictionary<ResourceKey, Workload> _workloads = [];
    private readonly Dictionary<(string Namespace, string Service), Dictionary<ResourceKey, Resource>> _slices = [];
    private readonly SelectorIndex _selectors = new();

    /// <summary>What is shared.</summary>
    public LabelPool Pool { get; } = new();

    /// <summary>A WorkloadEntry or Pod changed.</summary>
    public void FileWorkload(ResourceKey key, Resource? after, HashSet<ServiceId> dirty)
    {
        if (_workloads.Remove(key, out var before))
        {
            _selectors.Selecting(before, dirty);
            _selectors.Remove(before);
        }

        if (after is null || Workloads.Read(after, Pool) is not { } workload) return;
        _workloads[key] = workload;
        _selectors.Add(workload);
        _selectors.Selecting(workload, dirty);
    }

    /// <summary>An EndpointSlice or Endpoints changed.</summary>
    public void FileSlice(Resource? before, Resource? after, MeshOptions options, HashSet<ServiceId> dirty)
    {
        if (before is not null && ServiceOf(before) is { } old && _slices.TryGetValue(old, out var there))
        {
            there.Remove(before.Key);
            if (there.Count == 0) _slices.Remove(old);
            dirty.Add(Identify(old, options));
        }

        if (after is null || ServiceOf(after) is not { } now) return;
        if (!_slices.TryGetValue(now, out var slices)) _slices[now] = slices = [];
        slices[after.Key] = after;
        dirty.Add(Identify(now, options));
    }

    /// <summary>A service came, changed or went.</summary>
    public void FileService(Service? before, Service? after, HashSet<ServiceId> dirty)
    {
        if (before?.Selector is { } old) _selectors.Remove(before.Id, old);
        if (after?.Selector is { } now) _selectors.Add(after.Id, now);
        if ((after ?? before) is { } service) dirty.Add(service.Id);
    }

    /// <summary>Finds out anew who serves a service; true: it is another set.</summary>
    /// <param name="id">The service.</param>
    /// <param name="service">As it is now; null: it is gone.</param>
    /// <param name="source">The resource that defines it.</param>
    /// <param name="before">What was there.</param>
    public bool Refresh(ServiceId id, Service? service, Resource? source, out EndpointSet? before)
    {
        before = _endpoints.GetValueOrDefault(id);
        var after = service is null || source is null ? null : Read(service, source);
        if (Equals(before, after)) return false;
        if (after is null) _endpoints.Remove(id);
        else _endpoints[id] = after;
        return true;
    }

    /// <summary>All of it, immutable, into a model.</summary>
    public MeshModel WriteTo(MeshModel model) => model with { Endpoints = _endpoints.ToImmutable() };

    private EndpointSet Read(Service service, Resource source)
    {
        var selected = service.Selector is { } selector ? _selectors.Selected(service.Namespace, selector) : [];
        var found = source.Spec is Meltemi.Resources.Istio.ServiceEntry
            ? ServiceEntries.ReadEndpoints(source, service, selected, Pool)
            : CoreServices.ReadEndpoints(source, service, SlicesOf(source.Key), selected, name => PodLabels(source.Key.Namespace, name), Pool);
        return new(service.Id, EndpointOrder.Sort(found));
    }

    // Endpoints are the old form: they count only where there is no slice.
    private IReadOnlyCollection<Resource> SlicesOf(ResourceKey service)
    {
        if (!_slices.TryGetValue((service.Namespace, service.Name), out var there)) return [];
        var slices = there.Values.Where(resource => resource.Spec is EndpointSlice).ToList();
        return slices.Count > 0 ? slices : there.Values;
    }

    private LabelSet? PodLabels(string ns, string name) => _workloads.GetValueOrDefault(new(ResourceKinds.Pod, ns, name))?.Labels;

    private static (string Namespace, string Service)? ServiceOf(Resource slice) => slice.Spec is EndpointSlice
        ? slice.Meta.Labels.TryGetValue(ServiceLabel, out var service) ? (slice.Key.Namespace, service) : null
        : (slice.Key.Namespace, slice.Key.Name);

    private static ServiceId Identify((string Namespace, string Service) service, MeshOptions options) =>
        new(service.Namespace, HostNames.Expand(service.Service, service.Namespace, options));
}
