using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>What is wrong with the resources at the moment. Members are safe from any thread.</summary>
public sealed class Diagnostics
{
    private readonly ConcurrentDictionary<ResourceKey, ImmutableArray<Diagnostic>> _all = [];

    /// <summary>Tells which resources have other problems now, or none any more. Raised by the thread that found out: be quick.</summary>
    public event Action<IReadOnlyCollection<ResourceKey>>? Changed;

    /// <summary>The problems of a resource, errors first.</summary>
    public ImmutableArray<Diagnostic> Of(ResourceKey resource) => _all.TryGetValue(resource, out var found) ? found : [];

    /// <summary>All problems.</summary>
    public IEnumerable<Diagnostic> All => _all.Values.SelectMany(found => found);

    /// <summary>Replaces the problems of some resources.</summary>
    internal void Replace(IReadOnlyCollection<(ResourceKey Resource, ImmutableArray<Diagnostic> Found)> found)
    {
        var changed = new List<ResourceKey>();
        foreach (var (resource, problems) in found)
        {
            if (Of(resource).AsSpan().SequenceEqual(problems.AsSpan())) continue;
            if (problems.IsEmpty) _all.TryRemove(resource, out _);
            else _all[resource] = problems;
            changed.Add(resource);
        }

        if (changed.Count > 0) Changed?.Invoke(changed);
    }
}
