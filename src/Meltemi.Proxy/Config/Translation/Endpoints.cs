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
            if (cluster.LoadAssignment is not null)
                context.Problems.Warning($"{path}.load_assignment", "ignored: the type is EDS, so the control plane gives the endpoints");
            return [];
        }

        var names = discovery is DiscoveryType.StrictDns or DiscoveryType.LogicalDns;
        var assignment = cluster.LoadAssignment ?? new();
        var endpoints = Translate(assignment, names, context, $"{path}.load_assignment");
        WarnOfPriorities(assignment, context, $"{path}.load_assignment");
        if (endpoints.IsEmpty)
            context.Problems.Warning($"{path}.load_assignment", "the cluster has no endpoints: requests are answered with UH");
        if (discovery == DiscoveryType.LogicalDns && endpoints.Length > 1)
            context.Problems.Error($"{path}.load_assignment", $"LOGICAL_DNS takes one endpoint, found {endpoints.Length}");
        return endpoints;
    }

    /// <summary>
    /// The endpoints of the priority in use: the first, in ascending order, that has an endpoint which is not said to be unhealthy; if none has, the
    /// very first. The balancers know one flat list, so a locality's weight is multiplied into those of its endpoints.
    /// </summary>
    /// <param name="names">Host names are allowed besides IP addresses.</param>
    public static ImmutableArray<EndpointConfig> Translate(
        ClusterLoadAssignment assignment, bool names, TranslationContext context, string path)
    {
        var localities = assignment.Endpoints;
        var priority = PriorityInUse(assignment);
        var weighted = localities.Count(locality => locality.Priority == priority && locality.LoadBalancingWeight > 0) > 1;
        var endpoints = ImmutableArray.CreateBuilder<EndpointConfig>();
        for (var l = 0; l < localities.Count; l++)
        {
            var (locality, localityPath) = (localities[l], $"{path}.endpoints[{l}]");
            var share = weighted ? Share(locality) : 1;
            for (var e = 0; e < locality.LbEndpoints.Count; e++)
            {
                var lbEndpoint = locality.LbEndpoints[e];
                var address = Addresses.Plain(lbEndpoint.Endpoint?.Address)
                    ?? Addresses.Upstream(context, lbEndpoint.Endpoint?.Address, $"{localityPath}.lb_endpoints[{e}].endpoint.address", names);
                var endpoint = address is null ? null : Translate(lbEndpoint, address, share);
                if (endpoint is not null && locality.Priority == priority) endpoints.Add(endpoint);
            }
        }

        return endpoints.ToImmutable();
    }

    private static uint PriorityInUse(ClusterLoadAssignment assignment)
    {
        var priorities = assignment.Endpoints.GroupBy(locality => locality.Priority).OrderBy(group => group.Key).ToList();
        var usable = priorities.Find(group => group.Any(locality => locality.LbEndpoints.Any(endpoint => !IsUnhealthy(endpoint))));
        return (usable ?? priorities.FirstOrDefault())?.Key ?? 0;
    }

    // What a file says does not change; what a control plane says does, and it says it again.
    private static void WarnOfPriorities(ClusterLoadAssignment assignment, TranslationContext context, string path)
    {
        var priority = PriorityInUse(assignment);
        for (var l = 0; l < assignment.Endpoints.Count; l++)
        {
            if (assignment.Endpoints[l].Priority == priority) continue;
            context.Problems.Warning(
                $"{path}.endpoints[{l}].priority", $"failing over is not implemented yet: only priority {priority} is used");
        }
    }

    private static bool IsUnhealthy(LbEndpoint endpoint) =>
        endpoint.HealthStatus is HealthStatus.Unhealthy or HealthStatus.Draining or HealthStatus.Timeout;

    /// <summary>What an endpoint's weight is multiplied by, so that its locality as a whole gets the locality's weight.</summary>
    private static double Share(LocalityLbEndpoints locality)
    {
        var sum = locality.LbEndpoints.Sum(endpoint => (double)(endpoint.LoadBalancingWeight ?? 1));
        return sum > 0 ? (locality.LoadBalancingWeight ?? 1) * LocalityScale / sum : 1;
    }

    private static EndpointConfig Translate(LbEndpoint endpoint, EndPoint address, double share) => new()
    {
        Address = address,
        Weight = (uint)Math.Clamp(Math.Round((endpoint.LoadBalancingWeight ?? 1) * share), 1, uint.MaxValue),
        HashKey = HashKey(endpoint.Metadata),
        Unhealthy = IsUnhealthy(endpoint),
    };

    private static string? HashKey(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue("envoy.lb", out var values)
            && values.Fields.TryGetValue("hash_key", out var key) && key.KindCase == Value.KindOneofCase.StringValue
            ? key.StringValue
            : null;
}
