using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using Meltemi.Resources;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>The translations that push does not know itself, as it needs them. Pure: equal arguments, equal results.</summary>
internal interface ITranslator
{
    /// <summary>The protocols of the mesh.</summary>
    ProtocolTable Protocols(IEnumerable<Resource> declared);

    /// <summary>The routes of a port with a request protocol.</summary>
    Translated<RouteConfiguration> Routes(Service service, ServicePort port, LabelSet labels, MeshView view);

    /// <summary>Whether <see cref="Routes"/> of a service are not the same for clients with different labels.</summary>
    bool RoutesDependOnLabels(Service service, MeshView view);

    /// <summary>Filters of the servers of a service, before the router.</summary>
    IReadOnlyList<MetaProtocolFilter> InboundFilters(Service service, MeshView view);

    /// <summary>What a gateway gets.</summary>
    GatewayOutput Gateway(Client client, MeshView view);

    /// <summary>A resource that a client asks for by name; null: there is none.</summary>
    XdsResource? ByName(string type, string name, ProxyNode node, MeshView view);

    /// <summary>The EnvoyFilters that apply to a kind of client; the same object for the same; null: none.</summary>
    EnvoyPatches? PatchesFor(ScopeKey key, MeshModel model);

    /// <summary>Resources after the patches of a client.</summary>
    IEnumerable<Translated<T>> Patch<T>(IEnumerable<Translated<T>> resources, Client client) where T : class, IMessage<T>;

    /// <summary>Listeners that the patches of a client add.</summary>
    IEnumerable<Translated<Listener>> AddedListeners(Client client);

    /// <summary>Clusters that the patches of a client add.</summary>
    IEnumerable<Translated<Cluster>> AddedClusters(Client client);
}

/// <summary>What a gateway gets.</summary>
internal sealed record GatewayOutput(ImmutableArray<Translated<Listener>> Listeners, ImmutableArray<Translated<RouteConfiguration>> Routes);
