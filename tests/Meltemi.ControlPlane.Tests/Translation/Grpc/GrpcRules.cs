using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static Envoy.Config.Route.V3.HeaderMatcher;

namespace Meltemi.ControlPlane.Tests.Translation.Grpc;

/// <summary>
/// What python's grpcio 1.51 and node's grpc-js-xds 1.14 both accept, as their sources check it: a resource that breaks one of these would be refused as a whole
/// by one of them, or a part of it ignored.
/// </summary>
internal static class GrpcRules
{
    private static readonly string[] RetryConditions = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"];

    public static void Check(Listener listener)
    {
        if (listener.ApiListener is { } api)
        {
            var manager = api.ApiListener_.Unpack<HttpConnectionManager>();
            Assert.NotNull(manager.Rds.ConfigSource.Ads);
            Assert.NotEmpty(manager.Rds.RouteConfigName);
            CheckFilters(manager);
            return;
        }

        Assert.Empty(listener.ListenerFilters);
        Assert.NotEqual(true, listener.UseOriginalDst);
        var chain = Assert.Single(listener.FilterChains);
        Assert.Null(chain.FilterChainMatch);
        var inline = Assert.Single(chain.Filters).TypedConfig.Unpack<HttpConnectionManager>();
        CheckFilters(inline);
        Assert.All(inline.RouteConfig.VirtualHosts.SelectMany(host => host.Routes), route => Assert.NotNull(route.NonForwardingAction));
    }

    public static void Check(RouteConfiguration routes)
    {
        foreach (var host in routes.VirtualHosts)
        {
            Assert.NotEmpty(host.Domains);
            Assert.All(host.Routes, Check);

            // Python's crashes over a call without a route.
            Assert.Equal(new RouteMatch { Prefix = "" }, host.Routes[^1].Match);
        }
    }

    public static void Check(Cluster cluster)
    {
        switch (cluster.Type)
        {
            case Cluster.Types.DiscoveryType.Eds:
                Assert.NotNull(cluster.EdsClusterConfig.EdsConfig.Ads);
                break;
            case Cluster.Types.DiscoveryType.LogicalDns:
                var endpoint = Assert.Single(Assert.Single(cluster.LoadAssignment.Endpoints).LbEndpoints).Endpoint;
                Assert.True(endpoint.Address.SocketAddress.PortValue > 0);
                break;
            default:
                Assert.Fail($"{cluster.Type} is refused");
                break;
        }

        Assert.True(cluster.LbPolicy is Cluster.Types.LbPolicy.RoundRobin or Cluster.Types.LbPolicy.RingHash);
        if (cluster.RingHashLbConfig is { } ring)
            Assert.InRange(ring.MinimumRingSize!.Value, 1ul, Math.Min(8388608, ring.MaximumRingSize ?? 8388608));
        Assert.All(cluster.CircuitBreakers?.Thresholds ?? [], thresholds => Assert.Null(thresholds.MaxConnections));
        Assert.Null(cluster.TransportSocket);
        Assert.Null(cluster.LoadBalancingPolicy);
        if (cluster.OutlierDetection is { } outliers)
            Assert.All([outliers.MaxEjectionPercent, outliers.FailurePercentageThreshold], percent => Assert.InRange(percent!.Value, 0u, 100u));
    }

    public static void Check(ClusterLoadAssignment assignment)
    {
        var addresses = new HashSet<(string, uint)>();
        foreach (var place in assignment.Endpoints)
        {
            Assert.NotNull(place.Locality);
            Assert.True(place.LoadBalancingWeight > 0);
            foreach (var endpoint in place.LbEndpoints)
            {
                var address = endpoint.Endpoint.Address.SocketAddress;
                Assert.True(IPAddress.TryParse(address.Address, out _));
                Assert.True(addresses.Add((address.Address, address.PortValue)));
                Assert.NotEqual(0u, endpoint.LoadBalancingWeight);
            }
        }

        var priorities = assignment.Endpoints.Select(place => place.Priority).Distinct().Order().ToArray();
        Assert.Equal(Enumerable.Range(0, priorities.Length).Select(priority => (uint)priority), priorities);
        Assert.Equal(assignment.Endpoints.Count, assignment.Endpoints.Select(place => (place.Priority, place.Locality)).Distinct().Count());
    }

    private static void CheckFilters(HttpConnectionManager manager)
    {
        Assert.Equal(manager.HttpFilters.Count, manager.HttpFilters.Select(filter => filter.Name).Where(name => name.Length > 0).Distinct().Count());
        for (var i = 0; i < manager.HttpFilters.Count; i++)
            Assert.True(manager.HttpFilters[i].TypedConfig.Is(i < manager.HttpFilters.Count - 1 ? HTTPFault.Descriptor : Router.Descriptor));
    }

    private static void Check(Route route)
    {
        if (route.Match.PathSpecifierCase == RouteMatch.PathSpecifierOneofCase.Prefix)
            Assert.Matches("^(/([^/]+/)?)?$", route.Match.Prefix);
        Assert.All(route.Match.Headers, header => Assert.True(
            header.HeaderMatchSpecifierCase is not (HeaderMatchSpecifierOneofCase.StringMatch or HeaderMatchSpecifierOneofCase.ContainsMatch)
            && header.HeaderMatchSpecifierCase != HeaderMatchSpecifierOneofCase.None && !header.Name.StartsWith("grpc-", StringComparison.Ordinal)));

        // Node's does not look at the value.
        Assert.All(route.Match.Headers, header =>
            Assert.True(header.HeaderMatchSpecifierCase != HeaderMatchSpecifierOneofCase.PresentMatch || header.PresentMatch));

        // Node's crashes over a non_forwarding_action.
        Assert.Equal(Route.ActionOneofCase.Route_, route.ActionCase);
        foreach (var config in route.TypedPerFilterConfig.Values) Assert.True(config.Is(HTTPFault.Descriptor));
        var action = route.Route_;
        Assert.Null(action.Timeout);
        if (action.WeightedClusters is { } weighted)
        {
            Assert.Equal(weighted.TotalWeight, (uint)weighted.Clusters.Sum(cluster => cluster.Weight!.Value));
            Assert.All(weighted.Clusters, cluster => Assert.True(cluster.Weight > 0));
            Assert.Equal(weighted.Clusters.Count, weighted.Clusters.Select(cluster => cluster.Name).Distinct().Count());
        }

        if (action.RetryPolicy is { } retries)
        {
            Assert.True(retries.NumRetries > 0);
            Assert.All(retries.RetryOn.Split(','), condition => Assert.Contains(condition, RetryConditions));
            if (retries.RetryBackOff is { } backOff) Assert.NotNull(backOff.BaseInterval);
        }

        Assert.Empty(action.RequestMirrorPolicies);
    }
}
