using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>What differs between two models, by what others find it under. Not safe for threads.</summary>
public sealed class ModelChanges
{
    /// <summary>Hosts whose <see cref="HostConfig"/> is another one, or came, or is gone.</summary>
    public HashSet<string> Hosts { get; } = new(StringComparer.Ordinal);

    /// <summary>Services with other endpoints; with those of before, null if there were none.</summary>
    public Dictionary<ServiceId, EndpointSet?> Endpoints { get; } = [];

    /// <summary>Kinds that are not filed under a host, with the namespace in which something changed.</summary>
    public HashSet<(ResourceKind Kind, string Namespace)> Kinds { get; } = [];

    /// <summary>Resources that were created, changed or deleted.</summary>
    public HashSet<ResourceKey> Resources { get; } = [];

    /// <summary>Something said about a wildcard host changed.</summary>
    public bool Wildcards { get; set; }

    /// <summary>Nothing changed that any proxy could see.</summary>
    public bool IsEmpty => Hosts.Count == 0 && Endpoints.Count == 0 && Kinds.Count == 0 && !Wildcards;

    /// <summary>Only endpoints changed: there is no reason to wait for more.</summary>
    public bool EndpointsOnly => Endpoints.Count > 0 && Hosts.Count == 0 && Kinds.Count == 0 && !Wildcards;

    /// <summary>Adds changes that came after these.</summary>
    public void Add(ModelChanges later)
    {
        Hosts.UnionWith(later.Hosts);
        Kinds.UnionWith(later.Kinds);
        Resources.UnionWith(later.Resources);
        Wildcards |= later.Wildcards;
        foreach (var (service, before) in later.Endpoints) Endpoints.TryAdd(service, before);
    }
}
