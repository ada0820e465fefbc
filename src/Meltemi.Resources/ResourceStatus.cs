using System.Collections.Immutable;

namespace Meltemi.Resources;

/// <summary>What the control plane says about a resource; the shape of Istio's <c>IstioStatus</c>.</summary>
public sealed record ResourceStatus
{
    /// <summary>At most one of each type.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Generation of the spec that this was said about.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>What is wrong or surely not meant, all of it, errors first.</summary>
    public ImmutableArray<StatusMessage> Messages { get; init; } = [];

    /// <summary>Equal by content.</summary>
    public bool Equals(ResourceStatus? other) =>
        other is not null && other.ObservedGeneration == ObservedGeneration
        && Conditions.AsSpan().SequenceEqual(other.Conditions.AsSpan()) && Messages.AsSpan().SequenceEqual(other.Messages.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ObservedGeneration, Conditions.Length, Messages.Length);
}

/// <summary>One aspect of a resource's state (Kubernetes' condition).</summary>
/// <param name="Type"><see cref="Accepted"/>, <see cref="Resolved"/> or <see cref="Programmed"/>.</param>
/// <param name="Holds">True, false, or null for unknown.</param>
/// <param name="Reason">One word in camel case, for programs.</param>
/// <param name="Message">A sentence, for people.</param>
/// <param name="Since">When <paramref name="Holds"/> last changed.</param>
public sealed record Condition(string Type, bool? Holds, string Reason, string Message, DateTimeOffset Since)
{
    /// <summary>The resource is valid by itself and not overruled by another one.</summary>
    public const string Accepted = "Accepted";

    /// <summary>Everything that it names exists: hosts, subsets, codecs, attributes.</summary>
    public const string Resolved = "Resolved";

    /// <summary>The proxies that use it have acknowledged what was made of it.</summary>
    public const string Programmed = "Programmed";
}

/// <summary>A problem of a resource.</summary>
/// <param name="IsError">It keeps (a part of) the resource from having effect; otherwise a warning.</param>
/// <param name="Path">The field, such as <c>spec.routes[1].match</c>; empty for the whole.</param>
/// <param name="Text">What is wrong, and what to do.</param>
public sealed record StatusMessage(bool IsError, string Path, string Text);
