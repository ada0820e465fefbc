using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation;

/// <summary>
/// The mesh as clients in one namespace see it, for one translation. It notes what was looked at, so that the result can be kept until that changes: a
/// translation must learn everything about hosts and protocols from here. Not safe for threads.
/// </summary>
public sealed class MeshView(MeshModel model, string ns, DiagnosticSink? problems = null)
{
    private readonly Dictionary<string, HostConfig?> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<(ResourceKind Kind, string Namespace), ImmutableArray<Resource>> _seenKinds = [];

    /// <summary>The whole. Look-ups in it are not noted.</summary>
    public MeshModel Model => model;

    /// <summary>The namespace of the clients.</summary>
    public string Namespace => ns;

    /// <summary>Where to report; reports of translations for a proxy go nowhere, those of the analysis of a resource to its status.</summary>
    public DiagnosticSink Problems { get; } = problems ?? new();

    /// <summary>The hosts that were looked at and what was said about them.</summary>
    public IReadOnlyDictionary<string, HostConfig?> Seen => _seen;

    /// <summary>The kinds that were looked at, by namespace, and what was found.</summary>
    public IReadOnlyDictionary<(ResourceKind Kind, string Namespace), ImmutableArray<Resource>> SeenKinds => _seenKinds;

    /// <summary>Whether hosts with a wildcard were looked at.</summary>
    public bool SeenWildcards { get; private set; }

    /// <summary>Resources of a kind that is not filed under a host, in a namespace (cluster-scoped kinds: the empty one), oldest first.</summary>
    public ImmutableArray<Resource> OfKind(ResourceKind kind, string inNamespace)
    {
        if (_seenKinds.TryGetValue((kind, inNamespace), out var known)) return known;
        return _seenKinds[(kind, inNamespace)] = model.OfKind(kind, inNamespace);
    }

    /// <summary>What is said about hosts with a wildcard, the most specific first.</summary>
    public ImmutableArray<HostConfig> SeeWildcards()
    {
        SeenWildcards = true;
        return model.Wildcards;
    }

    /// <summary>What is said about a host, visible or not; null: nothing.</summary>
    public HostConfig? FindHost(string host)
    {
        if (_seen.TryGetValue(host, out var known)) return known;
        return _seen[host] = model.FindHost(host);
    }

    /// <summary>
    /// The service that a host means here: the oldest one that is visible. A host without dots that is no service is taken as a core Service of the
    /// namespace <paramref name="from"/>.
    /// </summary>
    /// <param name="host">As written in a resource.</param>
    /// <param name="from">Namespace of the resource that names it; null: that of the clients.</param>
    public Service? FindService(string host, string? from = null)
    {
        var name = host.ToLowerInvariant();
        if (Visible(FindHost(name)) is { } service) return service;
        return HostNames.IsShort(name) ? Visible(FindHost(HostNames.Expand(name, from ?? ns, model.Options))) : null;
    }

    /// <summary>The MetaRouter that routes a host here: the oldest one.</summary>
    public Resource? FindMetaRouter(string host) => FindHost(host) is { MetaRouters: [var first, ..] } ? first : null;

    /// <summary>
    /// The DestinationRule in force for a service here: one of the clients' namespace, else one of the service's, else one of the root namespace; within a
    /// namespace one for the host before one for a wildcard, the more specific before the less, the older before the younger.
    /// </summary>
    public Resource? FindDestinationRule(Service service)
    {
        var root = model.Options.RootNamespace;
        return RuleIn(service.Host, ns) ?? (service.Namespace != ns ? RuleIn(service.Host, service.Namespace) : null)
            ?? (root != ns && root != service.Namespace ? RuleIn(service.Host, root) : null);
    }

    /// <summary>The VirtualServices that a host has here, oldest first. Wildcard hosts are not considered.</summary>
    public ImmutableArray<Resource> FindVirtualServices(string host) => FindHost(host)?.VirtualServices ?? [];

    private Resource? RuleIn(string host, string owner)
    {
        if (First(FindHost(host), owner) is { } exact) return exact;
        foreach (var wildcard in SeeWildcards())
            if (HostNames.Matches(wildcard.Host, host) && First(wildcard, owner) is { } rule)
                return rule;
        return null;
    }

    private Resource? First(HostConfig? config, string owner)
    {
        if (config is null) return null;
        foreach (var rule in config.DestinationRules)
            if (rule.Key.Namespace == owner && Exports.Of(rule).Includes(ns))
                return rule;
        return null;
    }

    private Service? Visible(HostConfig? config)
    {
        if (config is null) return null;
        foreach (var service in config.Services)
            if (service.ExportTo.Includes(ns))
                return service;
        return null;
    }
}
