using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>Sidecars beside each other and the services.</summary>
internal static class SidecarRules
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Check(Resource resource, MeshView view)
    {
        var sidecar = resource.SpecAs<Sidecar>();
        if (sidecar.WorkloadSelector is not { Labels.Count: > 0 })
            foreach (var other in view.OfKind(ResourceKinds.Sidecar, resource.Key.Namespace))
            {
                if (other.Key == resource.Key) break;
                if (other.SpecAs<Sidecar>().WorkloadSelector is { Labels.Count: > 0 }) continue;
                view.Problems.NotAccepted(resource.Key, "spec.workloadSelector", $"{other.Key} is for all workloads of the namespace, and it is older: only one counts");
                break;
            }

        for (var i = 0; i < sidecar.Ingress.Count; i++)
            if (!InboundPorts.IsTarget(sidecar.Ingress[i].DefaultEndpoint))
                view.Problems.NotAccepted(resource.Key, $"spec.ingress[{i}].defaultEndpoint",
                    $"'{sidecar.Ingress[i].DefaultEndpoint}' is not where a workload listens; write 127.0.0.1:PORT, 0.0.0.0:PORT or unix:///PATH");
        for (var i = 0; i < sidecar.Egress.Count; i++)
            for (var j = 0; j < sidecar.Egress[i].Hosts.Count; j++)
                CheckHost(resource.Key, sidecar.Egress[i].Hosts[j], $"spec.egress[{i}].hosts[{j}]", view);
    }

    private static void CheckHost(ResourceKey key, string text, string path, MeshView view)
    {
        if (EgressHost.Parse(text, key.Namespace) is not { IsPattern: false } host) return;
        if (view.FindHost(host.Host)?.Services.Any(service => host.Covers(service.Id) && service.ExportTo.Includes(view.Namespace)) == true) return;
        view.Problems.Warning(key, path, $"there is no service '{text}' that can be seen from the namespace '{view.Namespace}'");
    }
}
