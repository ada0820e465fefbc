using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// What a client sees that asks for everything by name, as gRPC libraries do: made when it is asked for, and kept until a host that it was made from changes.
/// </summary>
internal sealed class NamedSnapshot : IXdsSnapshot
{
    // Names come from the client.
    private const int MostNames = 10_000;

    private readonly ConcurrentDictionary<(string Type, string Name), Found> _found = [];
    private readonly ImmutableDictionary<(string Type, string Name), XdsResource> _before;
    private readonly MeshModel _model;
    private readonly ProxyNode _node;
    private readonly ITranslator _translator;
    private readonly Action<ResourceChange> _changed;

    /// <param name="model">The mesh.</param>
    /// <param name="node">Whose it is.</param>
    /// <param name="translator">Makes the resources.</param>
    /// <param name="before">The snapshot that this one follows; null: none.</param>
    /// <param name="changes">What changed since; null if there was none.</param>
    /// <param name="changed">Is told what the client gets instead of what it had.</param>
    public NamedSnapshot(
        MeshModel model, ProxyNode node, ITranslator translator, NamedSnapshot? before, ModelChanges? changes, Action<ResourceChange> changed)
    {
        (_model, _node, _translator, _changed) = (model, node, translator, changed);
        var had = ImmutableDictionary.CreateBuilder<(string Type, string Name), XdsResource>();
        foreach (var (key, found) in before?._found.ToArray() ?? [])
        {
            if (!found.Concerned(changes!)) _found.TryAdd(key, found);
            else if (found.Resource is not null) had[key] = found.Resource;
        }

        foreach (var (key, resource) in before?._before ?? ImmutableDictionary<(string Type, string Name), XdsResource>.Empty)
            if (!_found.ContainsKey(key))
                had.TryAdd(key, resource);
        _before = had.ToImmutable();
    }

    /// <summary>Whether changes concern anything that was found.</summary>
    public bool Concerned(ModelChanges changes) => _found.Values.Any(found => found.Concerned(changes));

    /// <summary>Nothing: nobody may ask for everything here.</summary>
    public IReadOnlyCollection<XdsResource> All(string type) => [];

    /// <inheritdoc/>
    public XdsResource? Find(string type, string name)
    {
        if (_found.TryGetValue((type, name), out var known)) return known.Resource;
        if (_found.Count >= MostNames) return null;
        var view = new MeshView(_model, _node.Namespace);
        var resource = _translator.ByName(type, name, _node, view);
        if (!_found.TryAdd((type, name), new(resource, [.. view.Seen.Keys]))) return _found[(type, name)].Resource;
        var before = _before.GetValueOrDefault((type, name));
        if (before is null ? resource is not null : !before.Equals(resource)) _changed(new(before, resource));
        return resource;
    }

    private sealed record Found(XdsResource? Resource, ImmutableArray<string> Hosts)
    {
        public bool Concerned(ModelChanges changes) =>
            changes.Wildcards || changes.Kinds.Count > 0 || Hosts.Any(changes.Hosts.Contains) || changes.Endpoints.Keys.Any(service => Hosts.Contains(service.Host));
    }
}
