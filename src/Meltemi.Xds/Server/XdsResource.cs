using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Meltemi.Xds.Server;

/// <summary>
/// A resource in the form in which it is sent: serialized once, shared by all clients that get it. Equal content has an equal version, on every
/// controller and after every restart, so that nothing is pushed without need.
/// </summary>
/// <param name="Type">Type URL, one of <see cref="XdsTypes"/>.</param>
/// <param name="Name">Unique within its type for one client.</param>
/// <param name="Version">Hash of the content.</param>
/// <param name="Body">The message.</param>
public sealed record XdsResource(string Type, string Name, string Version, ByteString Body)
{
    /// <summary>What it was made from, for status: opaque keys of the control plane. No part of equality.</summary>
    public ImmutableArray<object> Sources { get; init; } = [];

    /// <summary>As it is sent.</summary>
    public Any ToAny() => new() { TypeUrl = Type, Value = Body };

    /// <summary>Equal by type, name and version.</summary>
    public bool Equals(XdsResource? other) => other is not null && Version == other.Version && Name == other.Name && Type == other.Type;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Name, Version);

    /// <summary>Serializes a message; the version is a hash of it.</summary>
    public static XdsResource Create(string type, string name, IMessage message, ImmutableArray<object> sources = default)
    {
        var body = message.ToByteString();
        var version = Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16));
        return new(type, name, version, body) { Sources = sources.IsDefault ? [] : sources };
    }
}

/// <summary>Type URLs of xDS v3, in the order in which they are sent: make before break.</summary>
public static class XdsTypes
{
    /// <summary>Clusters (CDS).</summary>
    public const string Cluster = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

    /// <summary>Endpoints (EDS).</summary>
    public const string Endpoints = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    /// <summary>Listeners (LDS).</summary>
    public const string Listener = "type.googleapis.com/envoy.config.listener.v3.Listener";

    /// <summary>Routes (RDS).</summary>
    public const string Route = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";

    /// <summary>All of them, in order.</summary>
    public static ImmutableArray<string> InOrder { get; } = [Cluster, Endpoints, Listener, Route];
}
