using Google.Protobuf;
using Meltemi.ControlPlane.Services;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>
/// What gRPC's own libraries are sent (metadata <c>GENERATOR: grpc</c>): they ask for everything by name. Only what both python's and
/// node's accept is sent, since one field that a client does not accept makes it refuse the whole resource.
/// <code>
///   LDS host:port -> RDS outbound|port||host -> CDS outbound|port|subset|host -> EDS the same name
/// </code>
/// </summary>
public static class GrpcGenerator
{
    /// <summary>A resource by type URL and name; null: there is none.</summary>
    public static XdsResource? Find(string type, string name, ProxyNode client, MeshView view) => type switch
    {
        XdsTypes.Listener => Listener(name, view),
        XdsTypes.Route => Of(name, view) is ({ Subset: "" } reference, var service) && service.FindPort(reference.Port) is { } port
            ? Serialize(type, GrpcRoutes.Build(new(service, port, client), view))
            : null,
        XdsTypes.Cluster when name == GrpcClusters.Nowhere => Serialize(type, GrpcClusters.BuildNowhere()),
        XdsTypes.Endpoints when name == GrpcClusters.Nowhere => Serialize(type, GrpcClusters.NoEndpoints()),
        XdsTypes.Cluster => Of(name, view) is var (reference, service)
            ? Serialize(type, GrpcClusters.Build(reference, service, client, view))
            : null,
        XdsTypes.Endpoints => Of(name, view) is var (reference, service)
            ? Serialize(type, GrpcClusters.Endpoints(reference, service, client, view))
            : null,
        _ => null,
    };

    private static XdsResource? Listener(string name, MeshView view)
    {
        if (GrpcNames.ServerAddress(name) is { } address) return Serialize(XdsTypes.Listener, GrpcListeners.Server(name, address));
        return GrpcNames.Target(name, view) is var (service, port)
            ? Serialize(XdsTypes.Listener, GrpcListeners.Client(name, service, port))
            : null;
    }

    private static (ClusterRef Reference, Service Service)? Of(string name, MeshView view) =>
        ClusterRef.TryParse(name, out var reference) && view.FindService(reference.Host) is { } service ? (reference, service) : null;

    private static XdsResource? Serialize<T>(string type, Translated<T>? resource) where T : class, IMessage => resource is null
        ? null
        : XdsResource.Create(type, resource.Name, resource.Message, [.. resource.Sources.Select(source => (object)source)]);
}
