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
    /// <summary>What locality weights are scaled to, fine enough that rounding does not show.</summary>
    private const double LocalityScale = 1 << 20;

    public static ImmutableArray<EndpointConfig> Translate(
        Cluster cluster, DiscoveryType discovery, TranslationContext context, string path)
    {
        if (discovery == DiscoveryType.Eds)
        {
            context.Problems.Warning(
                $"{path}.type", "endpoints come from a control plane, which is not supported yet: the cluster is empty");
            return [];
        }

        var names = discovery is DiscoveryType.StrictDns or DiscoveryType.LogicalDns;
        var endpoints = Translate(cluster.LoadAssignment ?? new(), names, context, $"{path}.load_assignment");
        if (endpoints.IsEmpty)
            context.Problems.Warning($"{path}.load_assignment", "the cluster has no endpoints: requests are answered with UH");
        if (discovery == DiscoveryType.LogicalDns && endpoints.Length > 1)
            context.Problems.Error($"{path}.load_assignment", $"LOGICAL_DNS takes one endpoint, found {endpoints.Length}");
        return endpoints;
    }

    private static ImmutableArray<EndpointConfig> Translate(
        ClusterLoadAssignment assignment, bool names, TranslationContext context, string path)
    {
        var localities = assignment.Endpoints;
        var priority = localities.Count == 0 ? 0 : localities.Min(locality => locality.Priority);
        var weighted = localities.Count(locality => locality.Priority == priority && locality.LoadBalancingWeight > 0) > 1;
        var endpoints = ImmutableArray.CreateBuilder<EndpointConfig>();
        for (var l = 0; l < localities.Count; l++)
        {
            var (locality, localityPath) = (localities[l], $"{path}.endpoints[{l}]");
            if (locality.Priority != priority)
                context.Problems.Warning(
                    $"{localityPath}.priority", $"failing over is not implemented yet: only priority {priority} is used");
            var share = weighted ? Share(locality) : 1;
            for (var e = 0; e < locality.LbEndpoints.Count; e++)
            {
                var endpoint = Translate(locality.LbEndpoints[e], share, names, context, $"{localityPath}.lb_endpoints[{e}]");
                if (endpoint is not null && locality.Priority == priority) endpoints.Add(endpoint);
            }
        }

        return endpoints.ToImmutable();
    }

    /// <summary>What an endpoint's weight is multiplied by, so that its locality as a whole gets the locality's weight.</summary>
    private static double Share(LocalityLbEndpoints locality)
    {
        var sum = locality.LbEndpoints.Sum(endpoint => (double)(endpoint.LoadBalancingWeight ?? 1));
        return sum > 0 ? (locality.LoadBalancingWeight ?? 1) * LocalityScale / sum : 1;
    }

    private static EndpointConfig? Translate(LbEndpoint endpoint, double share, bool names, TranslationContext context, string path)
    {
        var address = Addresses.Upstream(context, endpoint.Endpoint?.Address, $"{path}.endpoint.address", names);
        if (address is null) return null;
        return new EndpointConfig
        {
            Address = address,
            Weight = (uint)Math.Clamp(Math.Round((endpoint.LoadBalancingWeight ?? 1) * share), 1, uint.MaxValue),
            HashKey = HashKey(endpoint.Metadata),
            Unhealthy = endpoint.HealthStatus is HealthStatus.Unhealthy or HealthStatus.Draining or HealthStatus.Timeout,
        };
    }

    private static string? HashKey(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue("envoy.lb", out var values)
            && values.Fields.TryGetValue("hash_key", out var key) && key.KindCase == Value.KindOneofCase.StringValue
            ? key.StringValue
            : null;
}
