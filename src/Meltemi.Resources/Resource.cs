using System.Collections.Immutable;
using Google.Protobuf;

namespace Meltemi.Resources;

/// <summary>
/// A resource as it was read: the text is the truth, the typed spec a view of it. So what we do not know survives being read and written.
/// Immutable; a change makes a new one.
/// </summary>
public sealed record Resource
{
    private IMessage? _spec;
    private WeakReference<IMessage>? _view;

    /// <summary>What it is found by.</summary>
    public required ResourceKey Key { get; init; }

    /// <summary><c>apiVersion</c> as written, such as <c>networking.istio.io/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The well-known part of <c>metadata</c>.</summary>
    public required ResourceMeta Meta { get; init; }

    /// <summary>
    /// The whole object as JSON in UTF-8, unknown fields included, in one canonical form. Without <c>status</c> (a flat kind's own status
    /// stays) and without the metadata that <see cref="Meta"/> has from the store: <c>uid</c>, <c>resourceVersion</c>, <c>generation</c>,
    /// <c>creationTimestamp</c>.
    /// </summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>
    /// The typed view of <c>spec</c> (of the whole object for flat kinds); its class is the generated one of
    /// <see cref="ResourceKind.MessageType"/>. It must not be changed. It is made when somebody asks; that of a kind with very many objects goes
    /// away when nobody holds it, since it takes ten times the memory of its wire form.
    /// </summary>
    public IMessage Spec
    {
        get
        {
            if (_spec is not null) return _spec;
            if (_view is { } view && view.TryGetTarget(out var known)) return known;
            var spec = ResourceKinds.Parser(Kind).ParseFrom(Wire.Span);
            if (Kind.IsBulk)
                _view = new(spec);
            else
                _spec = spec;
            return spec;
        }

        init => _spec = value;
    }

    /// <summary>The spec in protobuf's wire form.</summary>
    internal ReadOnlyMemory<byte> Wire { get; init; }

    /// <summary>Conditions and what else the control plane says about it; null: nothing yet.</summary>
    public ResourceStatus? Status { get; init; }

    /// <summary>Its kind.</summary>
    public ResourceKind Kind => Key.Kind;

    /// <summary>The typed spec.</summary>
    /// <exception cref="InvalidCastException">The kind has another type.</exception>
    public T SpecAs<T>() where T : class, IMessage => (T)Spec;

    /// <summary>Equal by what is stored: the text, the store's metadata and the status.</summary>
    public bool Equals(Resource? other) =>
        other is not null && Key == other.Key && Meta.Uid == other.Meta.Uid && Meta.ResourceVersion == other.Meta.ResourceVersion
        && Meta.Generation == other.Meta.Generation && Meta.CreationTimestamp == other.Meta.CreationTimestamp
        && Json.Span.SequenceEqual(other.Json.Span) && Equals(Status, other.Status);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Meta.Uid, Meta.ResourceVersion, Json.Length);
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
