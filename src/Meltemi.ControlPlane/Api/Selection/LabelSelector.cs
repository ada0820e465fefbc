using System.Collections.Immutable;
using Meltemi.ControlPlane.Api.Errors;

namespace Meltemi.ControlPlane.Api.Selection;

/// <summary>A label selector such as <c>app=shop,tier in (front, back),!canary</c>: all of its requirements must hold.</summary>
internal sealed class LabelSelector
{
    private readonly ImmutableArray<LabelRequirement> _requirements;

    private LabelSelector(ImmutableArray<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Reads one; null and empty select everything.</summary>
    /// <exception cref="ApiException">It cannot be read: 400.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Everything : new(new LabelSelectorParser(text).Parse());

    /// <summary>Whether these labels are selected.</summary>
    public bool Matches(ImmutableDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
            if (!requirement.Holds(labels)) return false;
        return true;
    }
}
