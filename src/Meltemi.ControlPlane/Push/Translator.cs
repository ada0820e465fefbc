using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using Meltemi.ControlPlane.Translation.Gateways;
using Meltemi.ControlPlane.Translation.Grpc;
using Meltemi.ControlPlane.Translation.RateLimits;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;
using Meltemi.Xds.Server;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;

namespace Meltemi.ControlPlane.Push;

/// <summary>The translations of this control plane.</summary>
/// <param name="codecs">What is known about the protocols.</param>
internal sealed class Translator(CodecCatalog codecs) : ITranslator
{
    private readonly PatchTable _patches = new();

    /// <inheritdoc/>
    public ProtocolTable Protocols(IEnumerable<Resource> declared) => new(declared, codecs);

    /// <inheritdoc/>
    public Translated<RouteConfiguration> Routes(Service service, ServicePort port, LabelSet labels, MeshView view) =>
        MetaRoutes.Translate(service, port, labels, view, port.Kind == PortKind.Meta ? codecs.Find(port.Application, view) : null);

    /// <inheritdoc/>
    public bool RoutesDependOnLabels(Service service, MeshView view) => MetaRoutes.DependOnClient(service, view);

    /// <inheritdoc/>
    public IReadOnlyList<MetaProtocolFilter> InboundFilters(Service service, MeshView view) => [.. LimitFilters.For(service, view)];

    /// <inheritdoc/>
    public GatewayOutput Gateway(Client client, MeshView view)
    {
        var (listeners, routes) = GatewayListeners.Build(client.Labels, client.Protocols, codecs, view);
        return new(listeners, routes);
    }

    /// <inheritdoc/>
    public XdsResource? ByName(string type, string name, ProxyNode node, MeshView view) => GrpcGenerator.Find(type, name, node, view);

    /// <inheritdoc/>
    public EnvoyPatches? PatchesFor(ScopeKey key, MeshModel model) => _patches.For(key, model);

    /// <inheritdoc/>
    public IEnumerable<Translated<T>> Patch<T>(IEnumerable<Translated<T>> resources, Client client) where T : class, IMessage<T> =>
        client.Patches is { } patches
            ? resources.Select(resource => patches.Apply(SideOf(resource.Message, client), resource)).OfType<Translated<T>>()
            : resources;

    /// <inheritdoc/>
    public IEnumerable<Translated<Listener>> AddedListeners(Client client) => Added<Listener>(client, listener => listener.Name);

    /// <inheritdoc/>
    public IEnumerable<Translated<Cluster>> AddedClusters(Client client) => Added<Cluster>(client, cluster => cluster.Name);

    private static IEnumerable<Translated<T>> Added<T>(Client client, Func<T, string> nameOf) where T : class, IMessage<T>
    {
        if (client.Patches is not { } patches) return [];
        PatchContext[] sides = client.Key.Type == ProxyType.Router
            ? [PatchContext.Gateway]
            : [PatchContext.SidecarOutbound, PatchContext.SidecarInbound];
        return sides.SelectMany(side => patches.Added(side, nameOf)).DistinctBy(added => added.Name);
    }

    private static PatchContext SideOf(IMessage message, Client client)
    {
        if (client.Key.Type == ProxyType.Router) return PatchContext.Gateway;
        var inbound = message switch
        {
            Listener listener => listener.TrafficDirection == TrafficDirection.Inbound,
            Cluster cluster => cluster.Name.StartsWith("inbound|", StringComparison.Ordinal),
            _ => false,
        };
        return inbound ? PatchContext.SidecarInbound : PatchContext.SidecarOutbound;
    }
}
