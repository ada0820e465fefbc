using System.Collections.Immutable;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>
/// Finds what is wrong with the resources, whether or not a proxy uses them: each is translated once as its own namespace sees the mesh, and again when it or
/// anything that it looked at changes. Not safe for threads.
/// </summary>
/// <param name="options">What is the same for the whole mesh.</param>
/// <param name="codecs">What is known about the protocols.</param>
internal sealed class Analyzer(MeshOptions options, CodecCatalog codecs)
{
    private readonly Dictionary<ResourceKey, SeenHosts> _seen = [];
    private readonly Dictionary<string, HashSet<ResourceKey>> _byHost = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKind, HashSet<ResourceKey>> _byKind = [];

    /// <summary>What was found.</summary>
    public Diagnostics Diagnostics { get; } = new();

    /// <summary>Takes changes over.</summary>
    public void Analyze(MeshModel model, StoreState state, ModelChanges changes)
    {
        var concerned = new HashSet<ResourceKey>(changes.Resources);
        foreach (var host in changes.Hosts)
        {
            if (_byHost.TryGetValue(host, out var resources)) concerned.UnionWith(resources);
            concerned.UnionWith(Neighbours(host, model));
        }

        foreach (var (kind, _) in changes.Kinds)
            if (_byKind.TryGetValue(kind, out var resources))
                concerned.UnionWith(resources);
        if (changes.Wildcards) concerned.UnionWith(_seen.Keys);

        var found = new List<(ResourceKey Resource, ImmutableArray<Diagnostic> Found)>(concerned.Count);
        foreach (var key in concerned) found.Add((key, Analyze(key, state.Resources.GetValueOrDefault(key), model)));
        Diagnostics.Replace(found);
    }

    // Services at the address that a service brings now: they could not have looked at its host before.
    private static IEnumerable<ResourceKey> Neighbours(string host, MeshModel model) =>
        from service in model.FindHost(host)?.Services ?? []
        from address in service.Addresses
        from other in model.HostsOfAddress.GetValueOrDefault(address) ?? []
        where other != host
        from neighbour in model.FindHost(other)?.Services ?? []
        select neighbour.Source;

    private ImmutableArray<Diagnostic> Analyze(ResourceKey key, Resource? resource, MeshModel model)
    {
        Forget(key);
        if (resource is null) return [];
        var sink = new DiagnosticSink();
        var view = new MeshView(model, key.Namespace.Length > 0 ? key.Namespace : options.RootNamespace, sink);
        ResourceRules.Check(resource, view, codecs);
        Remember(key, new(view));
        var found = sink.Found;
        return found.Length < 2 ? found : found.Sort((a, b) => b.IsError.CompareTo(a.IsError));
    }

    private void Remember(ResourceKey key, SeenHosts seen)
    {
        _seen[key] = seen;
        foreach (var host in seen.Hosts)
        {
            if (!_byHost.TryGetValue(host, out var resources)) _byHost[host] = resources = [];
            resources.Add(key);
        }

        foreach (var kind in seen.Kinds)
        {
            if (!_byKind.TryGetValue(kind, out var resources)) _byKind[kind] = resources = [];
            resources.Add(key);
        }
    }

    private void Forget(ResourceKey key)
    {
        if (!_seen.Remove(key, out var seen)) return;
        foreach (var host in seen.Hosts)
            if (_byHost.TryGetValue(host, out var resources) && resources.Remove(key) && resources.Count == 0)
                _byHost.Remove(host);
        foreach (var kind in seen.Kinds)
            if (_byKind.TryGetValue(kind, out var resources))
                resources.Remove(key);
    }
}
