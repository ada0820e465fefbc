using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.Resources;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>What only one proxy gets: the listeners and clusters of its own workload, and where its like stand.</summary>
/// <param name="Sets">The resources.</param>
/// <param name="Seen">What decided.</param>
/// <param name="WantsPeers">Whether where its like stand was asked for.</param>
internal sealed record OwnResources(ResourceSets Sets, SeenHosts? Seen, bool WantsPeers)
{
    /// <summary>None.</summary>
    public static OwnResources None { get; } = new(ResourceSets.Empty, null, false);

    /// <summary>Builds them; sets in which nothing differs from before are the same objects.</summary>
    public static OwnResources Build(
        ProxyNode node, Scope scope, IReadOnlyCollection<ServiceId> services, MeshModel model, ITranslator translator, OwnResources before, List<ResourceChange> changes)
    {
        var client = scope.Client;
        if (node.Type != ProxyType.Sidecar || node.IsGrpc) return None;
        var view = new MeshView(model, node.Namespace);
        var instances = new List<(Service Service, EndpointSet Endpoints)>();
        foreach (var id in services)
            if (view.FindHost(id.Host)?.Services.FirstOrDefault(service => service.Id == id) is { } service && model.FindEndpoints(id) is { } endpoints)
                instances.Add((service, endpoints));
        instances.Sort((a, b) => Age.Compare(a.Service, b.Service));
        var ports = InboundPorts.Of(node, scope.Reach?.Sidecar, instances, service => translator.InboundFilters(service, view)).ToList();

        var edits = new ResourceEdits();
        foreach (var resource in before.Sets.Clusters.Concat(before.Sets.Listeners)) edits.Remove(resource);
        var listeners = translator.Patch(ports.Select(port => InboundListeners.Listener(port, client.Protocols)), client);
        var clusters = translator.Patch(ports.DistinctBy(port => port.Port).Select(InboundListeners.Cluster), client);
        foreach (var resource in Output.Of(XdsTypes.Listener, listeners).Resources) edits.Set(resource);
        foreach (var resource in Output.Of(XdsTypes.Cluster, clusters).Resources) edits.Set(resource);
        if (scope.WantsPeers && PeersCluster.Of(instances.Select(instance => instance.Service), name => scope.Served.Endpoints.Find(name) is not null) is { } peers)
            foreach (var resource in Output.Of(XdsTypes.Cluster, [peers]).Resources) edits.Set(resource);
        return new(edits.Apply(before.Sets, changes), new(view), scope.WantsPeers);
    }
}
