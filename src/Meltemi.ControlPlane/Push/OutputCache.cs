using Envoy.Config.Route.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.ControlPlane.Translation.Endpoints;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;
using Service = Meltemi.ControlPlane.Services.Service;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// What was made of each service, shared by all clients for whom it is the same: an output is found by the objects that it was made from, and made only for a
/// service that somebody uses. Not safe for threads.
/// </summary>
internal sealed class OutputCache
{
    private readonly Dictionary<ServiceId, Entry> _services = [];
    private readonly Dictionary<string, HashSet<ServiceId>> _ofHost = new(StringComparer.Ordinal);
    private readonly ITranslator _translator;

    public OutputCache(ITranslator translator) => _translator = translator;

    /// <summary>Outputs that were really made, not found: for tests and figures.</summary>
    public long Made { get; private set; }

    /// <summary>The clusters of a service.</summary>
    public Output Clusters(Service service, Resource? rule, EndpointSet? endpoints, Client client)
    {
        // Endpoints that are sent apart are no part of the clusters.
        var inside = ServiceClusters.UsesEds(service) ? null : endpoints;
        return Of(service.Id).Clusters.Get(new(service, rule, inside, client.Protocols, client.Patches), () => Count(Output.Of(
            XdsTypes.Cluster,
            _translator.Patch(ServiceClusters.Build(service, rule, inside, client.Protocols), client))));
    }

    /// <summary>The endpoints of a service's clusters.</summary>
    public Output Endpoints(Service service, Resource? rule, EndpointSet? endpoints, Client client)
    {
        var depends = ServiceAssignments.DependsOnClient(rule);
        var (from, labels) = depends ? (client.Locality, client.Labels) : (Locality.None, LabelSet.Empty);
        return Of(service.Id).Endpoints.Get(new(service, rule, endpoints, from, labels), () => Count(Output.Of(
            XdsTypes.Endpoints, ServiceAssignments.Build(service, rule, endpoints, from, labels))));
    }

    /// <summary>The listeners at a service's own addresses.</summary>
    public Output Listeners(Service service, Client client) =>
        Of(service.Id).Listeners.Get(new(service, client.Interception, client.Protocols, client.Patches), () => Count(Output.Of(
            XdsTypes.Listener,
            _translator.Patch(OutboundListeners.Build(service, client.Interception, client.Protocols), client))));

    /// <summary>The routes of a service's ports; notes in the view what they depend on.</summary>
    public Output Routes(Service service, Client client, MeshView view)
    {
        if (!service.Ports.Any(port => OutboundListeners.IsMeta(port, client.Protocols))) return Output.None;
        // What is seen decides, and it is known only afterwards: what was made for this namespace is right if it would see the same again.
        var routes = Of(service.Id).Routes;
        var labels = _translator.RoutesDependOnLabels(service, view) ? client.Labels : LabelSet.Empty;
        for (var i = routes.Count - 1; i >= 0; i--)
        {
            var known = routes[i];
            if (!ReferenceEquals(known.Service, service)) routes.RemoveAt(i);
            else if (known.Namespace == view.Namespace && known.Labels.Equals(labels) && ReferenceEquals(known.Patches, client.Patches))
            {
                if (known.Seen.Holds(view)) return known.Output;
                routes.RemoveAt(i);
            }
        }

        var own = view.Anew();
        var output = Count(Output.Of(XdsTypes.Route, _translator.Patch(Translate(service, client, labels, own), client)));
        output = routes.Find(route => route.Output.Same(output))?.Output ?? output;
        var made = new RouteVariant(service, view.Namespace, labels, client.Patches, new(own), output);
        made.Seen.Holds(view);
        if (routes.Count >= 1024) routes.Clear();
        routes.Add(made);
        return output;
    }

    /// <summary>Forgets what was made of services and rules of a host that are others now, or gone.</summary>
    public void Prune(string host, HostConfig? config)
    {
        if (!_ofHost.TryGetValue(host, out var services)) return;
        foreach (var id in services.ToList())
        {
            if (config?.Services.FirstOrDefault(service => service.Id == id) is not { } service)
            {
                services.Remove(id);
                _services.Remove(id);
                continue;
            }

            var entry = _services[id];
            entry.Clusters.RemoveWhere(key => !ReferenceEquals(key.Service, service) || IsGone(key.Rule, config));
            entry.Endpoints.RemoveWhere(key => !ReferenceEquals(key.Service, service) || IsGone(key.Rule, config));
            entry.Listeners.RemoveWhere(key => !ReferenceEquals(key.Service, service));
        }

        if (services.Count == 0) _ofHost.Remove(host);
    }

    /// <summary>Forgets the endpoints of a service, and its clusters if endpoints are part of them.</summary>
    public void ForgetEndpoints(ServiceId service)
    {
        if (!_services.TryGetValue(service, out var entry)) return;
        entry.Endpoints.Clear();
        entry.Clusters.RemoveWhere(key => key.Endpoints is not null);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _services.Clear();
        _ofHost.Clear();
    }

    private IEnumerable<Translated<RouteConfiguration>> Translate(Service service, Client client, LabelSet labels, MeshView view)
    {
        foreach (var port in service.Ports)
            if (OutboundListeners.IsMeta(port, client.Protocols))
                yield return _translator.Routes(service, port, labels, view);
    }

    // Rules for wildcards are not filed under the host; when one of those changes, everything is forgotten.
    private static bool IsGone(Resource? rule, HostConfig config) =>
        rule is not null && !rule.SpecAs<DestinationRule>().Host.StartsWith('*') && !config.DestinationRules.Contains(rule);

    private Entry Of(ServiceId service)
    {
        if (_services.TryGetValue(service, out var entry)) return entry;
        _services[service] = entry = new();
        if (!_ofHost.TryGetValue(service.Host, out var services)) _ofHost[service.Host] = services = new(1);
        services.Add(service);
        return entry;
    }

    private Output Count(Output output)
    {
        Made++;
        return output;
    }

    private sealed class Entry
    {
        public Variants<ClusterKey> Clusters { get; } = new();

        public Variants<EndpointKey> Endpoints { get; } = new();

        public Variants<ListenerKey> Listeners { get; } = new();

        public List<RouteVariant> Routes { get; } = [];
    }

    private sealed record RouteVariant(Service Service, string Namespace, LabelSet Labels, EnvoyPatches? Patches, SeenHosts Seen, Output Output);

    private readonly record struct ClusterKey(Service Service, Resource? Rule, EndpointSet? Endpoints, ProtocolTable Protocols, EnvoyPatches? Patches)
    {
        public bool Equals(ClusterKey other) =>
            ReferenceEquals(Service, other.Service) && ReferenceEquals(Rule, other.Rule) && ReferenceEquals(Endpoints, other.Endpoints)
            && ReferenceEquals(Protocols, other.Protocols) && ReferenceEquals(Patches, other.Patches);

        public override int GetHashCode() => Service.GetHashCode();
    }

    private readonly record struct EndpointKey(Service Service, Resource? Rule, EndpointSet? Endpoints, Locality From, LabelSet Labels)
    {
        public bool Equals(EndpointKey other) =>
            ReferenceEquals(Service, other.Service) && ReferenceEquals(Rule, other.Rule) && ReferenceEquals(Endpoints, other.Endpoints)
            && From.Equals(other.From) && Labels.Equals(other.Labels);

        public override int GetHashCode() => Service.GetHashCode();
    }

    private readonly record struct ListenerKey(Service Service, InterceptionMode Interception, ProtocolTable Protocols, EnvoyPatches? Patches)
    {
        public bool Equals(ListenerKey other) =>
            ReferenceEquals(Service, other.Service) && Interception == other.Interception
            && ReferenceEquals(Protocols, other.Protocols) && ReferenceEquals(Patches, other.Patches);

        public override int GetHashCode() => Service.GetHashCode();
    }
}
