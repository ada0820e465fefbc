using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Introspection;

/// <summary>The messages that resources consist of, for showing them as JSON.</summary>
internal static class KnownTypes
{
    /// <summary>All messages that an <c>Any</c> in a resource may hold: those of every generated file.</summary>
    public static TypeRegistry Registry { get; } = TypeRegistry.FromFiles(Files());

    /// <summary>A resource as a message.</summary>
    public static IMessage Parse(string type, ByteString body) => type switch
    {
        XdsTypes.Cluster => Cluster.Parser.ParseFrom(body),
        XdsTypes.Endpoints => ClusterLoadAssignment.Parser.ParseFrom(body),
        XdsTypes.Listener => Listener.Parser.ParseFrom(body),
        XdsTypes.Route => RouteConfiguration.Parser.ParseFrom(body),
        _ => throw new ArgumentException($"no resource is of type {type}", nameof(type)),
    };

    // Every generated file has a class with a static Descriptor.
    private static IEnumerable<FileDescriptor> Files() => typeof(Cluster).Assembly.GetTypes()
        .Where(type => type.IsAbstract && type.IsSealed && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor")?.GetValue(null))
        .OfType<FileDescriptor>();
}
