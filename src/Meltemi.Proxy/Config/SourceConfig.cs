using System.Collections.Immutable;
using Envoy.Config.Core.V3;

namespace Meltemi.Proxy.Config;

/// <summary>What control planes give besides what a configuration holds itself (<c>dynamic_resources</c>).</summary>
public sealed record DynamicConfig
{
    /// <summary>As whom the proxy introduces itself.</summary>
    public required Node Node { get; init; }

    /// <summary>Who gives all that <see cref="SourceKind.Ads"/> means, on one stream; null: nobody.</summary>
    public ControlPlaneConfig? Ads { get; init; }

    /// <summary>Who gives listeners; null: nobody.</summary>
    public SourceConfig? Listeners { get; init; }

    /// <summary>Who gives clusters; null: nobody.</summary>
    public SourceConfig? Clusters { get; init; }
}

/// <summary>Where a resource comes from (<c>envoy.config.core.v3.ConfigSource</c>).</summary>
public sealed record SourceConfig
{
    /// <summary>The kind of place.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>Of <see cref="SourceKind.Own"/>: who.</summary>
    public ControlPlaneConfig? ControlPlane { get; init; }

    /// <summary>How long to wait for it before going on without; zero: as long as it takes. Default 15 s, as in Envoy.</summary>
    public TimeSpan InitialFetchTimeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>The kinds of places that resources come from.</summary>
public enum SourceKind
{
    /// <summary>The stream that all types share.</summary>
    Ads,

    /// <summary>The control plane that gave the resource which says so.</summary>
    Self,

    /// <summary>A control plane named right there.</summary>
    Own,
}

/// <summary>A control plane (<c>envoy.config.core.v3.ApiConfigSource</c>). Compared by value.</summary>
public sealed record ControlPlaneConfig
{
    /// <summary>Its servers, any of which will do.</summary>
    public required ImmutableArray<XdsServerConfig> Servers { get; init; }

    /// <summary>Whether the delta protocol is tried before that of the state of the world.</summary>
    public bool Delta { get; init; }

    /// <inheritdoc/>
    public bool Equals(ControlPlaneConfig? other) => other is not null && Delta == other.Delta && Servers.SequenceEqual(other.Servers);

    /// <inheritdoc/>
    public override int GetHashCode() => Servers.Length == 0 ? 0 : Servers[0].GetHashCode();
}

/// <summary>A server of a control plane.</summary>
/// <param name="Cluster">The static cluster whose endpoints are its addresses (<c>envoy_grpc</c>); null: see <paramref name="Target"/>.</param>
/// <param name="Target">Host and port (<c>google_grpc</c>); null: see <paramref name="Cluster"/>.</param>
public sealed record XdsServerConfig(string? Cluster, string? Target);

/// <summary>A resource that a source gives by name: the routes of a listener, the endpoints of a cluster.</summary>
public sealed record NamedSource(SourceConfig Source, string Name);
