using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Push;

/// <summary>Makes what a host adds to a scope, from the outputs that all scopes share.</summary>
internal sealed partial class MemberBuilder(OutputCache cache, ITranslator translator, ILogger log)
{
    /// <summary>
    /// Makes a member; false: a translation failed, which is a mistake of ours that must cost no more than this host: clients keep what they have of it.
    /// </summary>
    public bool TryMake(string host, Func<Member?> make, out Member? member)
    {
        try
        {
            member = make();
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(log, host, e);
            member = null;
            return false;
        }
    }

    /// <summary>A host that clients may connect to; null: no service of it is within reach.</summary>
    public Member? Reachable(string host, MeshModel model, SidecarScope reach, Client client)
    {
        var view = new MeshView(model, reach);
        if (view.Choose(host) is not { } service || !reach.Covers(service.Id)) return null;
        var rule = view.FindDestinationRule(service);
        var endpoints = model.FindEndpoints(service.Id);
        var routes = cache.Routes(service, client, view);
        var listeners = Listeners(service, reach, client, view);
        return new(host, service, rule, new(view))
        {
            Clusters = cache.Clusters(service, rule, endpoints, client),
            Endpoints = cache.Endpoints(service, rule, endpoints, client),
            Listeners = listeners,
            Routes = routes,
        };
    }

    /// <summary>A host that only routes lead to: some of its clusters; null: there is no such service.</summary>
    public Member? Referred(string host, MeshModel model, IReadOnlySet<string> names, Client client)
    {
        var view = new MeshView(model, client.Key.Namespace);
        if (view.FindService(host) is not { } service) return null;
        var rule = view.FindDestinationRule(service);
        var endpoints = model.FindEndpoints(service.Id);
        return new(host, service, rule, new(view))
        {
            Needed = names,
            Clusters = Only(cache.Clusters(service, rule, endpoints, client), names),
            Endpoints = Only(cache.Endpoints(service, rule, endpoints, client), names),
        };
    }

    /// <summary>What a gateway gets, apart from the clusters that its routes lead to.</summary>
    public Member Gateway(string name, MeshModel model, Client client)
    {
        var view = new MeshView(model, client.Key.Namespace);
        var output = translator.Gateway(client, view);
        return new(name, null, null, new(view))
        {
            Listeners = Output.Of(XdsTypes.Listener, translator.Patch(output.Listeners, client)),
            Routes = Output.Of(XdsTypes.Route, translator.Patch(output.Routes, client)),
        };
    }

    /// <summary>What EnvoyFilters add to what there is.</summary>
    public Member Added(string name, MeshModel model, Client client) => new(name, null, null, new(new MeshView(model, client.Key.Namespace)))
    {
        Clusters = Output.Of(XdsTypes.Cluster, translator.AddedClusters(client)),
        Listeners = Output.Of(XdsTypes.Listener, translator.AddedListeners(client)),
    };

    /// <summary>A member after its endpoints changed.</summary>
    public Member WithEndpoints(Member member, EndpointSet? endpoints, Client client)
    {
        var service = member.Service!;
        var (clusters, assignments) = (cache.Clusters(service, member.Rule, endpoints, client), cache.Endpoints(service, member.Rule, endpoints, client));
        return member with
        {
            Clusters = member.Needed is { } names ? Only(clusters, names) : clusters,
            Endpoints = member.Needed is { } needed ? Only(assignments, needed) : assignments,
        };
    }

    private Output Listeners(Service service, SidecarScope reach, Client client, MeshView view)
    {
        var ports = reach.PortsFor(service.Id);
        var routed = TcpRoutes.Concern(service, view);
        if (ports.IsEmpty && !routed) return cache.Listeners(service, client);
        var own = ports.IsEmpty
            ? OutboundListeners.Build(service, client.Interception, client.Protocols, RouteOf)
            : ports.Select(port => AtOwnPort(port)).OfType<Translated<Listener>>();
        return Output.Of(XdsTypes.Listener, translator.Patch(own, client));

        TcpRoute? RouteOf(ServicePort port, string address) => routed ? TcpRoutes.Find(service, port, address, client.Labels, view) : null;

        Translated<Listener>? AtOwnPort(EgressPort own) => service.FindPort(own.Number) is { } port
            ? OutboundListeners.Build(
                service, port, $"{own.Bind}_{own.Number}", own.Bind, own.Number, bind: true, client.Protocols, RouteOf(port, own.Bind))
            : null;
    }

    private static Output Only(Output output, IReadOnlySet<string> names) =>
        output with { Resources = [.. output.Resources.Where(resource => names.Contains(resource.Name))] };

    [LoggerMessage(Level = LogLevel.Error, Message = "what is said about '{Host}' cannot be translated, proxies keep what they have; this is a mistake in the control plane, please report it")]
    private static partial void LogFailed(ILogger log, string host, Exception e);
}
