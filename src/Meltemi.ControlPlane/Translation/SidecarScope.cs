using System.Collections.Frozen;
using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation;

/// <summary>
/// Which services the clients of a sidecar may reach: the egress hosts of its Sidecar resource, else everything that is exported to its namespace.
/// Hosts are <c>namespace/host</c>; the namespace may be <c>.</c> (own), <c>*</c> (any) or <c>~</c> (none), the host a name, <c>*.suffix</c> or <c>*</c>.
/// </summary>
internal sealed class SidecarScope
{
    private readonly FrozenSet<string> _exact;
    private readonly ImmutableArray<EgressHost> _patterns;

    private readonly ImmutableArray<EgressHost> _portless;
    private readonly ImmutableArray<EgressPort> _ports;

    private SidecarScope(string ns, Resource? sidecar, ImmutableArray<EgressHost> portless, ImmutableArray<EgressPort> ports)
    {
        Namespace = ns;
        Sidecar = sidecar;
        _portless = portless;
        _ports = ports;
        var all = portless.Concat(ports.Select(port => port.Host)).Distinct().ToList();
        Exact = [.. all.Where(host => !host.IsPattern)];
        _exact = Exact.Select(host => host.Host).ToFrozenSet(StringComparer.Ordinal);
        _patterns = [.. all.Where(host => host.IsPattern)];
    }

    /// <summary>Namespace of the clients.</summary>
    public string Namespace { get; }

    /// <summary>The Sidecar resource in force; null: none.</summary>
    public Resource? Sidecar { get; }

    /// <summary>Its hosts without wildcard.</summary>
    public ImmutableArray<EgressHost> Exact { get; }

    /// <summary>Its hosts with a wildcard.</summary>
    public ImmutableArray<EgressHost> Patterns => _patterns;

    /// <summary>
    /// The ports of its own at which a service is reached; empty: at the service's own addresses. An egress entry without port that covers the service wins.
    /// </summary>
    public ImmutableArray<EgressPort> PortsFor(ServiceId service)
    {
        if (_ports.IsEmpty || _portless.Any(host => host.Covers(service))) return [];
        return [.. _ports.Where(port => port.Host.Covers(service)).DistinctBy(port => (port.Bind, port.Number))];
    }

    /// <summary>The scope of a proxy.</summary>
    public static SidecarScope Of(MeshModel model, string ns, LabelSet labels)
    {
        var sidecar = Select(model, ns, labels);
        var egress = sidecar?.SpecAs<Sidecar>().Egress;
        if (egress is not { Count: > 0 }) return new(ns, sidecar, [new("*", "*")], []);
        var portless = egress.Where(listener => listener.Port is not { Number: > 0 }).SelectMany(listener => Hosts(listener, ns));
        var ports = egress.Where(listener => listener.Port is { Number: > 0 }).SelectMany(listener => Hosts(listener, ns).Select(host =>
            new EgressPort(host, listener.Bind.Length > 0 ? listener.Bind : "127.0.0.1", (int)listener.Port.Number)));
        return new(ns, sidecar, [.. portless], [.. ports]);
    }

    /// <summary>
    /// The Sidecar in force: one of the namespace whose selector takes the workload, else one of the namespace without selector, else one of the root
    /// namespace without selector; the oldest of several.
    /// </summary>
    public static Resource? Select(MeshModel model, string ns, LabelSet labels)
    {
        var own = model.OfKind(ResourceKinds.Sidecar, ns);
        return own.FirstOrDefault(sidecar => SelectorOf(sidecar) is { Count: > 0 } selector && selector.Selects(labels))
            ?? own.FirstOrDefault(sidecar => SelectorOf(sidecar) is not { Count: > 0 })
            ?? model.OfKind(ResourceKinds.Sidecar, model.Options.RootNamespace).FirstOrDefault(sidecar => SelectorOf(sidecar) is not { Count: > 0 });
    }

    /// <summary>Whether a service is one that the clients may reach, if they can see it.</summary>
    public bool Covers(ServiceId service)
    {
        if (_exact.Contains(service.Host))
            foreach (var host in Exact)
                if (host.Covers(service))
                    return true;
        foreach (var pattern in _patterns)
            if (pattern.Covers(service))
                return true;
        return false;
    }

    private static IEnumerable<EgressHost> Hosts(IstioEgressListener listener, string ns) =>
        listener.Hosts.Select(host => EgressHost.Parse(host, ns)).OfType<EgressHost>();

    private static LabelSet? SelectorOf(Resource sidecar) =>
        sidecar.SpecAs<Sidecar>().WorkloadSelector is { } selector ? LabelSet.From(selector.Labels) : null;
}

/// <summary>An egress host.</summary>
/// <param name="Namespace">Namespace of the service, or <c>*</c>.</param>
/// <param name="Host">Host, or <c>*.suffix</c>, or <c>*</c>.</param>
internal sealed record EgressHost(string Namespace, string Host)
{
    /// <summary>It may cover many hosts.</summary>
    public bool IsPattern => Host.StartsWith('*');

    /// <summary>Reads <c>namespace/host</c>; a host alone means any namespace; null: it covers nothing (<c>~</c>).</summary>
    public static EgressHost? Parse(string text, string ownNamespace)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (ns, host) = slash < 0 ? ("*", text) : (text[..slash], text[(slash + 1)..]);
        return ns == "~" ? null : new(ns == "." ? ownNamespace : ns, host.ToLowerInvariant());
    }

    /// <summary>Whether it covers a service.</summary>
    public bool Covers(ServiceId service) => (Namespace == "*" || Namespace == service.Namespace) && HostNames.Matches(Host, service.Host);
}

/// <summary>A port at which the client's own proxy listens for a host, instead of the service's addresses.</summary>
/// <param name="Host">The services.</param>
/// <param name="Bind">Address to listen at.</param>
/// <param name="Number">Port to listen at, and of the service.</param>
internal sealed record EgressPort(EgressHost Host, string Bind, int Number);
