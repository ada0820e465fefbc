using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>Something that the control plane found wrong with a resource.</summary>
/// <param name="Resource">Whose it is.</param>
/// <param name="Path">The field, such as <c>spec.routes[1].route[0].destination.subset</c>; empty for the whole.</param>
/// <param name="IsError">It keeps (a part of) the resource from having effect; otherwise a warning.</param>
/// <param name="Concerns">The condition that it belongs to: <see cref="Condition.Accepted"/> or <see cref="Condition.Resolved"/>.</param>
/// <param name="Text">What is wrong, and what to do, as a sentence.</param>
public sealed record Diagnostic(ResourceKey Resource, string Path, bool IsError, string Concerns, string Text);

/// <summary>Where every translation reports what it finds. Not safe for threads: one for each translation.</summary>
public sealed class DiagnosticSink
{
    private readonly List<Diagnostic> _found = [];

    /// <summary>All that was reported, without repetitions.</summary>
    public ImmutableArray<Diagnostic> Found => [.. _found.Distinct()];

    /// <summary>What the resource says cannot be (or is overruled): no part of <see cref="Condition.Accepted"/>.</summary>
    public void NotAccepted(ResourceKey resource, string path, string text) => _found.Add(new(resource, path, true, Condition.Accepted, text));

    /// <summary>What the resource names does not exist.</summary>
    public void NotResolved(ResourceKey resource, string path, string text) => _found.Add(new(resource, path, true, Condition.Resolved, text));

    /// <summary>Legal, but surely not meant, or without effect.</summary>
    public void Warning(ResourceKey resource, string path, string text) => _found.Add(new(resource, path, false, Condition.Accepted, text));
}
