using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>The translations of this control plane.</summary>
internal sealed class Translator : ITranslator
{
    /// <inheritdoc/>
    public Translated<RouteConfiguration> Routes(Service service, ServicePort port, LabelSet labels, MeshView view)
    {
        var name = Chains.RouteName(service.Host, port.Number);
        var cluster = new ClusterRef(service.Host, port.Number);
        return new(name, Chains.Everything(name, cluster.Name)) { Clusters = [cluster], Sources = view.FindMetaRouter(service.Host) is { } r ? [r.Key] : [] };
    }

    /// <inheritdoc/>
    public bool RoutesDependOnLabels(Service service, MeshView view) => false;

    /// <inheritdoc/>
    public IReadOnlyList<MetaProtocolFilter> InboundFilters(Service service, MeshView view) => [];

    /// <inheritdoc/>
    public GatewayOutput Gateway(Client client, MeshView view) => new([], []);

    /// <inheritdoc/>
    public XdsResource? ByName(string type, string name, ProxyNode node, MeshView view) => null;

    /// <inheritdoc/>
    public object? PatchesFor(ScopeKey key, MeshModel model) => null;

    /// <inheritdoc/>
    public IEnumerable<Translated<T>> Patch<T>(IEnumerable<Translated<T>> resources, Client client) where T : class, IMessage<T> => resources;
}
