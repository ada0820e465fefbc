namespace Meltemi.ControlPlane.Services.Building;

/// <summary>
/// Workloads and the services that select them, each found from the other without walking over all: both are filed by namespace and label, a service
/// under the first label of its selector.
/// </summary>
internal sealed class SelectorIndex
{
    private readonly Dictionary<(string Namespace, string Key, string Value), HashSet<Workload>> _workloads = [];
    private readonly Dictionary<(string Namespace, string Key, string Value), Dictionary<ServiceId, LabelSet>> _services = [];

    /// <summary>Adds a workload.</summary>
    public void Add(Workload workload)
    {
        foreach (var (key, value) in workload.Labels.Pairs)
        {
            var place = (workload.Source.Namespace, key, value);
            if (!_workloads.TryGetValue(place, out var there)) _workloads[place] = there = new(ReferenceEqualityComparer.Instance);
            there.Add(workload);
        }
    }

    /// <summary>Takes a workload out.</summary>
    public void Remove(Workload workload)
    {
        foreach (var (key, value) in workload.Labels.Pairs)
        {
            var place = (workload.Source.Namespace, key, value);
            if (_workloads.TryGetValue(place, out var there) && there.Remove(workload) && there.Count == 0) _workloads.Remove(place);
        }
    }

    /// <summary>Adds a service with its selector. One without labels selects nothing.</summary>
    public void Add(ServiceId service, LabelSet selector)
    {
        if (selector.Count == 0) return;
        var place = PlaceOf(service, selector);
        if (!_services.TryGetValue(place, out var there)) _services[place] = there = [];
        there[service] = selector;
    }

    /// <summary>Takes a service out.</summary>
    public void Remove(ServiceId service, LabelSet selector)
    {
        if (selector.Count == 0) return;
        var place = PlaceOf(service, selector);
        if (_services.TryGetValue(place, out var there) && there.Remove(service) && there.Count == 0) _services.Remove(place);
    }

    /// <summary>The workloads that a selector takes, in no order.</summary>
    public IEnumerable<Workload> Selected(string ns, LabelSet selector)
    {
        if (selector.Count == 0) return [];
        var (key, value) = selector.Pairs[0];
        return _workloads.TryGetValue((ns, key, value), out var candidates) ? candidates.Where(candidate => selector.Selects(candidate.Labels)) : [];
    }

    /// <summary>Adds the services that select a workload to a set.</summary>
    public void Selecting(Workload workload, HashSet<ServiceId> services)
    {
        foreach (var (key, value) in workload.Labels.Pairs)
        {
            if (!_services.TryGetValue((workload.Source.Namespace, key, value), out var candidates)) continue;
            foreach (var (service, selector) in candidates)
                if (selector.Selects(workload.Labels))
                    services.Add(service);
        }
    }

    private static (string Namespace, string Key, string Value) PlaceOf(ServiceId service, LabelSet selector)
    {
        var (key, value) = selector.Pairs[0];
        return (service.Namespace, key, value);
    }
}
