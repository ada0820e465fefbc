using Meltemi.Codec;
using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>What the translation of a resource's routes needs to know besides the routes.</summary>
/// <param name="View">The mesh as the clients see it; receives what is wrong.</param>
/// <param name="Namespace">Namespace of the resource: short names of hosts are taken there.</param>
/// <param name="Port">The port whose requests are routed: what a destination without a port means.</param>
/// <param name="Clusters">Receives the clusters that are named and exist.</param>
/// <param name="Codec">The protocol; null: nothing is known about it.</param>
internal sealed record RouteScope(MeshView View, string Namespace, ServicePort Port, ISet<ClusterRef> Clusters, CodecInfo? Codec = null);
