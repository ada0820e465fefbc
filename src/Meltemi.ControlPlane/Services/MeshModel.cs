using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>
/// The mesh at one moment, made from the resources: immutable, and what did not change is the same object as in the model before. All look-ups are by key;
/// nothing here walks over everything.
/// </summary>
public sealed record MeshModel
{
    /// <summary>No resources.</summary>
    public static MeshModel Empty { get; } = new();

    /// <summary>Revision of the store that it was made from.</summary>
    public long Revision { get; init; }

    /// <summary>What is the same for the whole mesh.</summary>
    public MeshOptions Options { get; init; } = new();

    /// <summary>What is said about each host, wildcard hosts (<c>*.shop.org</c>) included.</summary>
    public ImmutableDictionary<string, HostConfig> Hosts { get; init; } = ImmutableDictionary.Create<string, HostConfig>(StringComparer.Ordinal);

    /// <summary>Those of <see cref="Hosts"/> with a wildcard, the most specific first.</summary>
    public ImmutableArray<HostConfig> Wildcards { get; init; } = [];

    /// <summary>Who serves each service.</summary>
    public ImmutableDictionary<ServiceId, EndpointSet> Endpoints { get; init; } = ImmutableDictionary<ServiceId, EndpointSet>.Empty;

    /// <summary>Hosts of the services that each namespace defines.</summary>
    public ImmutableDictionary<string, ImmutableHashSet<string>> HostsOfNamespace { get; init; } =
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal);

    /// <summary>Hosts of the services that bring an address themselves, by address: more than one share it.</summary>
    public ImmutableDictionary<string, ImmutableHashSet<string>> HostsOfAddress { get; init; } =
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal);

    /// <summary>
    /// Resources of the kinds that are not filed under a host, by namespace: Sidecar, Gateway, EnvoyFilter, ApplicationProtocol (under the empty namespace),
    /// WorkloadGroup, Namespace. Oldest first, then by name.
    /// </summary>
    public ImmutableDictionary<ResourceKind, ImmutableDictionary<string, ImmutableArray<Resource>>> Others { get; init; } =
        ImmutableDictionary<ResourceKind, ImmutableDictionary<string, ImmutableArray<Resource>>>.Empty;

    /// <summary>What is said about a host; null: nothing.</summary>
    public HostConfig? FindHost(string host) => Hosts.GetValueOrDefault(host);

    /// <summary>Who serves a service; null: nobody, or there is no such service.</summary>
    public EndpointSet? FindEndpoints(ServiceId service) => Endpoints.GetValueOrDefault(service);

    /// <summary>Resources of a kind in a namespace, oldest first.</summary>
    public ImmutableArray<Resource> OfKind(ResourceKind kind, string ns) =>
        Others.TryGetValue(kind, out var byNamespace) && byNamespace.TryGetValue(ns, out var resources) ? resources : [];
}
