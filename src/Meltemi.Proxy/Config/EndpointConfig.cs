using System.Collections.Immutable;
using System.Net;

namespace Meltemi.Proxy.Config;

/// <summary>An endpoint as configured.</summary>
public sealed record EndpointConfig
{
    /// <summary>IP, Unix domain socket, or <see cref="DnsEndPoint"/> for the DNS types.</summary>
    public required EndPoint Address { get; init; }

    /// <summary>Relative share, at least 1. Default 1.</summary>
    public uint Weight { get; init; } = 1;

    /// <summary>Key of consistent hashing (<c>metadata envoy.lb hash_key</c>); null: the address.</summary>
    public string? HashKey { get; init; }

    /// <summary>Said to be unhealthy (<c>health_status</c> UNHEALTHY or TIMEOUT): used only in panic.</summary>
    public bool Unhealthy { get; init; }

    /// <summary>It is leaving (<c>health_status</c> DRAINING): gets no new requests, not even in panic.</summary>
    public bool Draining { get; init; }

    /// <summary>What subsets are made by (<c>metadata envoy.lb</c>); null: nothing is said.</summary>
    public LbMetadata? Metadata { get; init; }

    /// <summary>Port of active health checks; 0: its own.</summary>
    public int HealthCheckPort { get; init; }

    /// <summary>There are no active health checks for it.</summary>
    public bool IsUnchecked { get; init; }

    /// <summary>Where it stands, and its priority.</summary>
    public PlaceConfig Place { get; init; } = PlaceConfig.Nowhere;
}

/// <summary>Where endpoints stand (<c>envoy.config.core.v3.Locality</c>); a text that is empty says nothing.</summary>
public sealed record LocalityConfig(string Region, string Zone = "", string SubZone = "")
{
    /// <summary>Nothing is said.</summary>
    public static LocalityConfig None { get; } = new("");

    /// <summary>As in logs: <c>region/zone/subzone</c> as far as it is said.</summary>
    public override string ToString() => string.Join('/', Region, Zone, SubZone).TrimEnd('/');
}

/// <summary>What endpoints have from the list that they stand in (<c>envoy.config.endpoint.v3.LocalityLbEndpoints</c>).</summary>
/// <param name="Locality">Where they stand.</param>
/// <param name="Priority">0 is used first.</param>
/// <param name="Weight">What they get together in relation to other places of the priority, if the balancer looks at that; 0: nothing is said.</param>
public sealed record PlaceConfig(LocalityConfig Locality, uint Priority = 0, uint Weight = 0)
{
    /// <summary>Nothing is said.</summary>
    public static PlaceConfig Nowhere { get; } = new(LocalityConfig.None);
}

/// <summary>All endpoints of a cluster (<c>envoy.config.endpoint.v3.ClusterLoadAssignment</c>).</summary>
/// <param name="Endpoints">The endpoints; an address counts once.</param>
/// <param name="Overprovisioning">
/// In percent: a priority, or a place, takes its full share as long as its available endpoints times this cover it.
/// </param>
public sealed record AssignmentConfig(
    ImmutableArray<EndpointConfig> Endpoints, int Overprovisioning = AssignmentConfig.DefaultOverprovisioning)
{
    /// <summary>Envoy's: full use until fewer than 72 % of the endpoints are available.</summary>
    public const int DefaultOverprovisioning = 140;
}
