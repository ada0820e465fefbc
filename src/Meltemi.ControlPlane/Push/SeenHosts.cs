using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Push;

/// <summary>What a translation looked at. It holds as long as looking again finds the same objects.</summary>
internal sealed class SeenHosts
{
    private readonly KeyValuePair<string, HostConfig?>[] _hosts;
    private readonly KeyValuePair<(ResourceKind Kind, string Namespace), ImmutableArray<Resource>>[] _kinds;
    private readonly KeyValuePair<(string Namespace, string Host), Service?>[] _chosen;
    private readonly ImmutableArray<HostConfig>? _wildcards;

    public SeenHosts(MeshView view)
    {
        _hosts = [.. view.Seen];
        _kinds = [.. view.SeenKinds];
        _chosen = [.. view.Chosen];
        _wildcards = view.SeenWildcards ? view.Model.Wildcards : null;
    }

    /// <summary>The hosts, whether or not there is anything said about them.</summary>
    public IEnumerable<string> Hosts => _hosts.Select(host => host.Key);

    /// <summary>The kinds.</summary>
    public IEnumerable<ResourceKind> Kinds => _kinds.Select(kind => kind.Key.Kind).Distinct();

    /// <summary>Whether it holds in a view; notes there what was looked at.</summary>
    public bool Holds(MeshView view)
    {
        var holds = _wildcards is not { } wildcards || wildcards == view.SeeWildcards();
        foreach (var (host, config) in _hosts) holds &= ReferenceEquals(view.FindHost(host), config);
        foreach (var ((kind, ns), resources) in _kinds) holds &= view.OfKind(kind, ns) == resources;
        foreach (var ((ns, host), service) in _chosen) holds &= ReferenceEquals(view.In(ns).Choose(host), service);
        return holds;
    }
}
