using System.Collections.Immutable;

namespace Meltemi.Resources;

/// <summary>A kind of resource: what Kubernetes calls a group, its versions and its names.</summary>
/// <param name="Group">API group such as <c>networking.istio.io</c>; empty for the core group.</param>
/// <param name="Name">Kind as written in a file, such as <c>ServiceEntry</c>.</param>
/// <param name="Plural">Name in URLs, such as <c>serviceentries</c>.</param>
/// <param name="Versions">Versions that are accepted, the preferred one first. They mean the same; what is written keeps its own.</param>
/// <param name="Namespaced">Whether its objects live in a namespace.</param>
public sealed record ResourceKind(string Group, string Name, string Plural, ImmutableArray<string> Versions, bool Namespaced = true)
{
    /// <summary>Short names for the command line, such as <c>se</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>Full name of the protobuf message of its <c>spec</c> (or, for core kinds, of the whole object).</summary>
    public required string MessageType { get; init; }

    /// <summary>The body is the object itself and not under <c>spec</c>, as with <c>Endpoints</c> and <c>EndpointSlice</c>.</summary>
    public bool Flat { get; init; }

    /// <summary>There may be very many of them, and each is looked at once: their typed specs are made anew when somebody asks again.</summary>
    public bool IsBulk { get; init; }

    /// <summary>Read and kept, but nothing acts on it yet; each object gets a warning that says so.</summary>
    public bool KeptOnly { get; init; }

    /// <summary>Singular name: the kind in small letters.</summary>
    public string Singular { get; } = Name.ToLowerInvariant();

    /// <summary>Kinds are equal by group and name.</summary>
    public bool Equals(ResourceKind? other) => other is not null && other.Group == Group && other.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Group, Name);

    /// <summary><c>Kind.group</c>, as kubectl takes it.</summary>
    public override string ToString() => Group.Length == 0 ? Name : $"{Name}.{Group}";
}

/// <summary>What a resource is found by.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace; empty for kinds without.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ResourceKey(ResourceKind Kind, string Namespace, string Name)
{
    /// <summary><c>Kind/namespace/name</c>, for messages.</summary>
    public override string ToString() => Namespace.Length == 0 ? $"{Kind.Name}/{Name}" : $"{Kind.Name}/{Namespace}/{Name}";
}
