using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Server;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>What gRPC's xDS clients need of a service: a listener without an address, routes, clusters, endpoints.</summary>
internal static class GrpcResources
{
    private static readonly ConfigSource Ads = new() { Ads = new() };

    public static IEnumerable<XdsResource> Of(GrpcService service)
    {
        yield return Make(XdsTypes.Listener, service.Target, new Listener { Name = service.Target, ApiListener = new() { ApiListener_ = Pack(Manager(service)) } });
        yield return Make(XdsTypes.Route, RoutesOf(service), Routes(service));
        foreach (var (subset, endpoints) in service.Subsets)
        {
            var name = ClusterOf(service, subset);
            yield return Make(XdsTypes.Cluster, name, Cluster(service, name));
            yield return Make(XdsTypes.Endpoints, name, Endpoints(name, endpoints));
        }
    }

    public static XdsResource Make(string type, string name, IMessage message) => XdsResource.Create(type, name, message);

    public static string ClusterOf(GrpcService service, string subset) => $"outbound|{service.Port}|{subset}|{service.Host}";

    private static string RoutesOf(GrpcService service) => $"outbound|{service.Port}||{service.Host}";

    private static HttpConnectionManager Manager(GrpcService service) => new()
    {
        StatPrefix = service.Host,
        Rds = new() { ConfigSource = Ads, RouteConfigName = RoutesOf(service) },
        HttpFilters = { new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Pack(new Router()) } },
    };

    private static RouteConfiguration Routes(GrpcService service)
    {
        var host = new VirtualHost { Name = service.Host, Domains = { service.Host, service.Target } };
        foreach (var rule in service.Rules)
        {
            var match = new RouteMatch { Prefix = "" };
            if (rule.User is not null) match.Headers.Add(new HeaderMatcher { Name = "user", ExactMatch = rule.User });
            var weighted = new WeightedCluster { TotalWeight = (uint)rule.To.Sum(one => one.Weight) };
            foreach (var (subset, weight) in rule.To) weighted.Clusters.Add(new WeightedCluster.Types.ClusterWeight { Name = ClusterOf(service, subset), Weight = weight });
            host.Routes.Add(new Route { Match = match, Route_ = new() { WeightedClusters = weighted } });
        }

        return new() { Name = RoutesOf(service), VirtualHosts = { host } };
    }

    private static Cluster Cluster(GrpcService service, string name)
    {
        var cluster = new Cluster
        {
            Name = name,
            Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
            EdsClusterConfig = new() { EdsConfig = Ads },
        };
        if (service.Outliers)
        {
            cluster.OutlierDetection = new()
            {
                Interval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(500)),
                BaseEjectionTime = Duration.FromTimeSpan(TimeSpan.FromMinutes(10)),
                MaxEjectionPercent = 50,
                EnforcingSuccessRate = 0,
                FailurePercentageThreshold = 50,
                EnforcingFailurePercentage = 100,
                FailurePercentageMinimumHosts = 1,
                FailurePercentageRequestVolume = 2,
            };
        }

        return cluster;
    }

    private static ClusterLoadAssignment Endpoints(string cluster, IPEndPoint[] endpoints)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = cluster };
        if (endpoints.Length == 0) return assignment;
        var locality = new LocalityLbEndpoints { Locality = new() { Region = "here" }, LoadBalancingWeight = 1 };
        foreach (var endpoint in endpoints)
        {
            var address = new Envoy.Config.Core.V3.SocketAddress { Address = $"{endpoint.Address}", PortValue = (uint)endpoint.Port };
            locality.LbEndpoints.Add(new LbEndpoint { Endpoint = new() { Address = new() { SocketAddress = address } } });
        }

        assignment.Endpoints.Add(locality);
        return assignment;
    }

    private static Any Pack(IMessage message) => new() { TypeUrl = AnyTypes.Prefix + message.Descriptor.FullName, Value = message.ToByteString() };
}
