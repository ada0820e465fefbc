using System.Collections.Immutable;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Core = Meltemi.Resources.Core;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>Workloads of WorkloadEntries and Pods.</summary>
internal static class Workloads
{
    /// <summary>The workload; null: it has no address (yet), or is over.</summary>
    public static Workload? Read(Resource resource, LabelPool pool) => resource.Spec switch
    {
        WorkloadEntry entry => Read(resource, entry, pool),
        Core.Pod pod => Read(resource, pod, pool),
        _ => null,
    };

    private static Workload? Read(Resource resource, WorkloadEntry entry, LabelPool pool) => entry.Address.Length == 0 ? null : new()
    {
        Source = resource.Key,
        Address = entry.Address,
        Labels = pool.Share(LabelSet.From(resource.Meta.Labels).With(LabelSet.From(entry.Labels))),
        Ports = entry.Ports.ToImmutableDictionary(port => port.Key, port => (int)port.Value, StringComparer.Ordinal),
        Locality = pool.Locality(entry.Locality),
        Weight = Math.Max(1, entry.Weight),
    };

    private static Workload? Read(Resource resource, Core.Pod pod, LabelPool pool)
    {
        if (pod.Status is not { PodIP.Length: > 0, Phase: not ("Succeeded" or "Failed") } status) return null;
        var ports = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var port in (pod.Spec?.Containers ?? []).SelectMany(container => container.Ports))
            if (port.Name.Length > 0)
                ports.TryAdd(port.Name, port.ContainerPort_);
        return new()
        {
            Source = resource.Key,
            Address = status.PodIP,
            Labels = pool.Labels(resource.Meta.Labels),
            Ports = ports.ToImmutable(),
            Ready = status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" }),
        };
    }
}
