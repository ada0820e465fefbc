using System.Collections.Immutable;
using Google.Protobuf;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation;

/// <summary>An xDS resource before it is serialized.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Message">The resource.</param>
public sealed record Translated<T>(string Name, T Message) where T : class, IMessage
{
    /// <summary>The resources that it was made from, for their status.</summary>
    public ImmutableArray<ResourceKey> Sources { get; init; } = [];

    /// <summary>
    /// The clusters of the mesh that it names, each of which exists: they are sent with it. A destination that does not exist is not among them; it is
    /// reported and left to the proxy, which answers "no such cluster".
    /// </summary>
    public ImmutableArray<ClusterRef> Clusters { get; init; } = [];

    /// <summary>Names of the route configurations that it gets by RDS.</summary>
    public ImmutableArray<string> RouteNames { get; init; } = [];
}
