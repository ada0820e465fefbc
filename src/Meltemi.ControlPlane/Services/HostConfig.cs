using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>
/// Everything that is said about one host, except who serves it. Another object whenever any of it is another one: whoever has kept the object knows by
/// reference whether what was made from it still holds. All lists: oldest first, then by namespace and name.
/// </summary>
public sealed record HostConfig(string Host)
{
    /// <summary>Services with this host, in whatever namespace.</summary>
    public ImmutableArray<Service> Services { get; init; } = [];

    /// <summary>DestinationRules for it.</summary>
    public ImmutableArray<Resource> DestinationRules { get; init; } = [];

    /// <summary>MetaRouters that name it.</summary>
    public ImmutableArray<Resource> MetaRouters { get; init; } = [];

    /// <summary>VirtualServices that name it.</summary>
    public ImmutableArray<Resource> VirtualServices { get; init; } = [];

    /// <summary>Nothing is said about it.</summary>
    public bool IsEmpty => Services.IsEmpty && DestinationRules.IsEmpty && MetaRouters.IsEmpty && VirtualServices.IsEmpty;
}
