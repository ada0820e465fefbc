using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>The endpoints of a cluster.</summary>
internal static class Endpoints
{
    public static AssignmentConfig Translate(Cluster cluster, DiscoveryType discovery, TranslationContext context, string path)
    {
        if (discovery == DiscoveryType.Eds)
        {
            if (cluster.LoadAssignment is not null)
                context.Problems.Warning($"{path}.load_assignment", "ignored: the type is EDS, so the control plane gives the endpoints");
            return new([]);
        }

        if (discovery == DiscoveryType.OriginalDestination)
        {
            if (cluster.LoadAssignment is not null)
                context.Problems.Error($"{path}.load_assignment", "a cluster of type ORIGINAL_DST has no endpoints of its own");
            return new([]);
        }

        var names = discovery is DiscoveryType.StrictDns or DiscoveryType.LogicalDns;
        var assignment = Translate(cluster.LoadAssignment ?? new(), names, context, $"{path}.load_assignment");
        if (assignment.Endpoints.IsEmpty)
            context.Problems.Warning($"{path}.load_assignment", "the cluster has no endpoints: requests are answered with UH");
        if (discovery == DiscoveryType.LogicalDns && assignment.Endpoints.Length > 1)
            context.Problems.Error($"{path}.load_assignment", $"LOGICAL_DNS takes one endpoint, found {assignment.Endpoints.Length}");
        return assignment;
    }

    /// <summary>The endpoints with their priorities and places.</summary>
    /// <param name="names">Host names are allowed besides IP addresses.</param>
    public static AssignmentConfig Translate(ClusterLoadAssignment assignment, bool names, TranslationContext context, string path)
    {
        var localities = assignment.Endpoints;
        var endpoints = ImmutableArray.CreateBuilder<EndpointConfig>();
        for (var l = 0; l < localities.Count; l++)
        {
            var (locality, localityPath) = (localities[l], $"{path}.endpoints[{l}]");
            var place = PlaceOf(locality);
            for (var e = 0; e < locality.LbEndpoints.Count; e++)
            {
                var lbEndpoint = locality.LbEndpoints[e];
                var address = Addresses.Plain(lbEndpoint.Endpoint?.Address)
                    ?? Addresses.Upstream(context, lbEndpoint.Endpoint?.Address, $"{localityPath}.lb_endpoints[{e}].endpoint.address", names);
                if (address is not null) endpoints.Add(Translate(lbEndpoint, address, place));
            }
        }

        return new(endpoints.ToImmutable(), (int)(assignment.Policy?.OverprovisioningFactor ?? AssignmentConfig.DefaultOverprovisioning));
    }

    private static PlaceConfig PlaceOf(LocalityLbEndpoints of)
    {
        var locality = of.Locality is { } said ? new LocalityConfig(said.Region, said.Zone, said.SubZone) : LocalityConfig.None;
        var place = new PlaceConfig(locality, of.Priority, of.LoadBalancingWeight ?? 0);
        return place == PlaceConfig.Nowhere ? PlaceConfig.Nowhere : place;
    }

    private static EndpointConfig Translate(LbEndpoint endpoint, EndPoint address, PlaceConfig place) => new()
    {
        Address = address,
        Weight = Math.Max(1, endpoint.LoadBalancingWeight ?? 1),
        HashKey = HashKey(endpoint.Metadata),
        Metadata = Subsets.MetadataOf(endpoint.Metadata),
        Unhealthy = endpoint.HealthStatus is HealthStatus.Unhealthy or HealthStatus.Timeout,
        HealthCheckPort = Values.Clamp(endpoint.Endpoint?.HealthCheckConfig?.PortValue ?? 0),
        IsUnchecked = endpoint.Endpoint?.HealthCheckConfig?.DisableActiveHealthCheck ?? false,
        Draining = endpoint.HealthStatus is HealthStatus.Draining,
        Place = place,
    };

    private static string? HashKey(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue("envoy.lb", out var values)
            && values.Fields.TryGetValue("hash_key", out var key) && key.KindCase == Value.KindOneofCase.StringValue
            ? key.StringValue
            : null;
}
