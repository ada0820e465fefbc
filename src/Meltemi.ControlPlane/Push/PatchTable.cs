using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Push;

/// <summary>The patches of each selection of EnvoyFilters, one object for equal selections. Safe from any thread.</summary>
internal sealed class PatchTable
{
    // Selections that nobody uses any more are not told apart from others: when there are so many, all are made anew.
    private const int Capacity = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<Selection, EnvoyPatches> _known = [];

    /// <summary>The patches for a kind of client; null: none.</summary>
    public EnvoyPatches? For(ScopeKey key, MeshModel model)
    {
        var filters = EnvoyPatches.Select(key.Namespace, key.Labels, model);
        if (filters.IsEmpty) return null;
        lock (_gate)
        {
            if (_known.TryGetValue(new(filters), out var patches)) return patches;
            if (_known.Count >= Capacity) _known.Clear();
            return _known[new(filters)] = new(filters);
        }
    }

    /// <summary>Equal if it is the same objects.</summary>
    private readonly record struct Selection(ImmutableArray<Resource> Filters)
    {
        public bool Equals(Selection other) => Filters.AsSpan().SequenceEqual(other.Filters.AsSpan(), ReferenceEqualityComparer.Instance);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var filter in Filters) hash.Add(filter.Key);
            return hash.ToHashCode();
        }
    }
}
