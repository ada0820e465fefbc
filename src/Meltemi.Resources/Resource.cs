using System.Collections.Immutable;
using Google.Protobuf;

namespace Meltemi.Resources;

/// <summary>
/// A resource as it was read: the text is the truth, the typed spec a view of it. So what we do not know survives being read and written.
/// Immutable; a change makes a new one.
/// </summary>
public sealed record Resource
{
    /// <summary>What it is found by.</summary>
    public required ResourceKey Key { get; init; }

    /// <summary><c>apiVersion</c> as written, such as <c>networking.istio.io/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The well-known part of <c>metadata</c>.</summary>
    public required ResourceMeta Meta { get; init; }

    /// <summary>The whole object without <c>status</c> as JSON in UTF-8, unknown fields included.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The typed view of <c>spec</c> (of the whole object for flat kinds); its class is the generated one of <see cref="ResourceKind.MessageType"/>.</summary>
    public required IMessage Spec { get; init; }

    /// <summary>Conditions and what else the control plane says about it; null: nothing yet.</summary>
    public ResourceStatus? Status { get; init; }

    /// <summary>Its kind.</summary>
    public ResourceKind Kind => Key.Kind;

    /// <summary>The typed spec.</summary>
    /// <exception cref="InvalidCastException">The kind has another type.</exception>
    public T SpecAs<T>() where T : class, IMessage => (T)Spec;
}

/// <summary>The well-known part of <c>metadata</c>.</summary>
public sealed record ResourceMeta
{
    /// <summary>Given by the store at creation; empty before.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Changes with each write, status included; opaque to clients, decimal here. Empty before it was stored.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>Counts changes of the spec, from 1.</summary>
    public long Generation { get; init; }

    /// <summary>When it was created; decides between resources that claim the same (the older one wins).</summary>
    public DateTimeOffset CreationTimestamp { get; init; }

    /// <summary>Labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Annotations.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;
}
