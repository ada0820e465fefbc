using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation;

/// <summary>
/// The mesh as clients in one namespace see it, for one translation. It notes what was looked at, so that the result can be kept until
/// that changes: a translation must learn everything about hosts and protocols from here. Not safe for threads.
/// </summary>
public sealed class MeshView
{
    private readonly MeshModel _model;
    private readonly string _namespace;
    private readonly SidecarScope? _reach;
    private readonly Notes _notes;

    /// <param name="model">The mesh.</param>
    /// <param name="ns">The namespace of the clients.</param>
    /// <param name="problems">Where to report; null: nowhere.</param>
    public MeshView(MeshModel model, string ns, DiagnosticSink? problems = null)
        : this(model, ns, null, problems ?? new(), new())
    {
    }

    /// <param name="model">The mesh.</param>
    /// <param name="reach">What the clients may reach: of several services with one host it decides which one is meant.</param>
    internal MeshView(MeshModel model, SidecarScope reach)
        : this(model, reach.Namespace, reach, new(), new())
    {
    }

    private MeshView(MeshModel model, string ns, SidecarScope? reach, DiagnosticSink problems, Notes notes)
    {
        (_model, _namespace, _reach, _notes) = (model, ns, reach, notes);
        Problems = problems;
    }

    /// <summary>The whole. Look-ups in it are not noted.</summary>
    public MeshModel Model => _model;

    /// <summary>The namespace of the clients.</summary>
    public string Namespace => _namespace;

    /// <summary>
    /// Where to report; reports of translations for a proxy go nowhere, those of the analysis of a resource to its status.
    /// </summary>
    public DiagnosticSink Problems { get; }

    /// <summary>The hosts that were looked at and what was said about them.</summary>
    public IReadOnlyDictionary<string, HostConfig?> Seen => _notes.Hosts;

    /// <summary>The kinds that were looked at, by namespace, and what was found.</summary>
    public IReadOnlyDictionary<(ResourceKind Kind, string Namespace), ImmutableArray<Resource>> SeenKinds => _notes.Kinds;

    /// <summary>The hosts of which a service was chosen, and that service; null: none is visible.</summary>
    internal IReadOnlyDictionary<(string Namespace, string Host), Service?> Chosen => _notes.Chosen;

    /// <summary>Whether hosts with a wildcard were looked at.</summary>
    public bool SeenWildcards => _notes.Wildcards;

    /// <summary>As clients in another namespace see it; what is looked at there is noted here too.</summary>
    public MeshView In(string ns) => ns == _namespace ? this : new(_model, ns, null, Problems, _notes);

    /// <summary>As the same clients see it; what is looked at there is not noted here.</summary>
    public MeshView Anew() => new(_model, _namespace, _reach, Problems, new());

    /// <summary>
    /// Resources of a kind that is not filed under a host, in a namespace (cluster-scoped kinds: the empty one), oldest first.
    /// </summary>
    public ImmutableArray<Resource> OfKind(ResourceKind kind, string inNamespace)
    {
        if (_notes.Kinds.TryGetValue((kind, inNamespace), out var known)) return known;
        return _notes.Kinds[(kind, inNamespace)] = _model.OfKind(kind, inNamespace);
    }

    /// <summary>What is said about hosts with a wildcard, the most specific first.</summary>
    public ImmutableArray<HostConfig> SeeWildcards()
    {
        _notes.Wildcards = true;
        return _model.Wildcards;
    }

    /// <summary>What is said about a host, visible or not; null: nothing.</summary>
    public HostConfig? FindHost(string host)
    {
        if (_notes.Hosts.TryGetValue(host, out var known)) return known;
        return _notes.Hosts[host] = _model.FindHost(host);
    }

    /// <summary>
    /// The service that a host means here: the oldest one that is visible, those within reach before others. A host without dots that is
    /// no service is taken as a core Service of the namespace <paramref name="from"/>.
    /// </summary>
    /// <param name="host">As written in a resource.</param>
    /// <param name="from">Namespace of the resource that names it; null: that of the clients.</param>
    public Service? FindService(string host, string? from = null)
    {
        var name = host.ToLowerInvariant();
        if (Choose(name) is { } service) return service;
        return HostNames.IsShort(name) ? Choose(HostNames.Expand(name, from ?? _namespace, _model.Options)) : null;
    }

    /// <summary>
    /// The DestinationRule in force for a service here: one of the clients' namespace, else one of the service's, else one of the root
    /// namespace; within a namespace one for the host before one for a wildcard, the more specific before the less, the older before the
    /// younger.
    /// </summary>
    public Resource? FindDestinationRule(Service service)
    {
        var root = _model.Options.RootNamespace;
        return RuleIn(service.Host, _namespace) ?? (service.Namespace != _namespace ? RuleIn(service.Host, service.Namespace) : null)
            ?? (root != _namespace && root != service.Namespace ? RuleIn(service.Host, root) : null);
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
            if (rule.Key.Namespace == owner && Exports.Of(rule).Includes(_namespace))
                return rule;
        return null;
    }

    /// <summary>The service of a host (in full) that is meant here; null: none is visible.</summary>
    internal Service? Choose(string host)
    {
        Service? chosen = null;
        foreach (var service in FindHost(host)?.Services ?? [])
        {
            if (!service.ExportTo.Includes(_namespace)) continue;
            chosen ??= service;
            if (_reach is null || !_reach.Covers(service.Id)) continue;
            chosen = service;
            break;
        }

        return _notes.Chosen[(_namespace, host)] = chosen;
    }

    private sealed class Notes
    {
        public Dictionary<string, HostConfig?> Hosts { get; } = new(StringComparer.Ordinal);

        public Dictionary<(ResourceKind Kind, string Namespace), ImmutableArray<Resource>> Kinds { get; } = [];

        public Dictionary<(string Namespace, string Host), Service?> Chosen { get; } = [];

        public bool Wildcards { get; set; }
    }
}
