using Meltemi.ControlPlane.Services;
using static Envoy.Config.Cluster.V3.Cluster.Types;
using static Meltemi.ControlPlane.Tests.Translation.Grpc.GrpcMesh;

namespace Meltemi.ControlPlane.Tests.Translation.Grpc;

public class GrpcListenerTests
{
    private readonly GrpcMesh _mesh = new(Greeter);

    [Theory]
    [InlineData($"{Host}:50051")]
    [InlineData("greeter:50051")]
    [InlineData("greeter.shop:50051")]
    [InlineData("greeter.shop.svc:50051")]
    public void A_target_is_a_service_and_a_port(string target) => Assert.Equal(Whole, _mesh.Manager(target).Rds.RouteConfigName);

    [Theory]
    [InlineData("greeter:50052")]
    [InlineData("greeter")]
    [InlineData(":50051")]
    [InlineData("nobody.org:50051")]
    [InlineData("greeter:fifty")]
    public void What_is_no_service_has_no_listener(string target) => Assert.Null(_mesh.Listener(target));

    [Fact]
    public void A_client_in_another_namespace_needs_the_longer_name()
    {
        var far = new GrpcMesh(Greeter) { Client = _mesh.Client with { Namespace = "far" } };

        Assert.Null(far.Listener("greeter:50051"));
        Assert.NotNull(far.Listener("greeter.shop:50051"));
    }

    [Theory]
    [InlineData("xds.istio.io/grpc/lds/inbound/127.0.0.1:6000", "127.0.0.1", 6000)]
    [InlineData("xds.istio.io/grpc/lds/inbound/0.0.0.0:6000", "0.0.0.0", 6000)]
    [InlineData("grpc/server?xds.resource.listening_address=[::]:6000", "::", 6000)]
    public void A_server_gets_a_listener_at_its_own_address(string name, string address, int port)
    {
        var socket = _mesh.Listener(name)!.Address.SocketAddress;

        Assert.Equal((address, (uint)port), (socket.Address, socket.PortValue));
    }

    [Theory]
    [InlineData("xds.istio.io/grpc/lds/inbound/127.0.0.1")]
    [InlineData("xds.istio.io/grpc/lds/inbound/host:6000")]
    public void A_server_s_name_without_an_address_is_none(string name) => Assert.Null(_mesh.Listener(name));

    [Fact]
    public void Endpoints_have_the_port_that_they_listen_at_and_places_and_weights()
    {
        var endpoints = _mesh.Endpoints(Whole)!.Endpoints;

        Assert.Equal(
            ["10.0.0.1:6000/r1/z1", "10.0.0.2:6000/r1/z2", "10.0.0.3:6000//"],
            endpoints.SelectMany(place => place.LbEndpoints.Select(endpoint =>
                $"{endpoint.Endpoint.Address.SocketAddress.Address}:{endpoint.Endpoint.Address.SocketAddress.PortValue}/{place.Locality.Region}/{place.Locality.Zone}")).Order());
        Assert.Equal([1u, 1u, 3u], endpoints.Select(place => place.LoadBalancingWeight!.Value).Order());
    }

    [Fact]
    public void Subsets_are_clusters_and_unknown_ones_are_none()
    {
        var mesh = new GrpcMesh($"{Greeter}\n---\n{Rule}");

        Assert.NotNull(mesh.Cluster(V2));
        Assert.Equal(2, mesh.Endpoints(V2)!.Endpoints.Sum(place => place.LbEndpoints.Count));
        Assert.Null(mesh.Cluster($"outbound|50051|v3|{Host}"));
        Assert.Null(mesh.Endpoints($"outbound|50052||{Host}"));
        Assert.Null(mesh.Cluster("whatever"));
    }

    [Fact]
    public void Balancing_by_a_hash_is_a_ring_and_everything_else_round_robin()
    {
        static GrpcMesh With(string balancer) => new($$"""
            {{Greeter}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: greeter, namespace: shop }
            spec: { host: {{Host}}, trafficPolicy: { loadBalancer: { {{balancer}} } } }
            """);

        Assert.Equal(LbPolicy.RoundRobin, With("simple: LEAST_REQUEST").Cluster(Whole)!.LbPolicy);
        var hashed = With("consistentHash: { httpHeaderName: User, ringHash: { minimumRingSize: 2048 } }");
        Assert.Equal(2048ul, hashed.Cluster(Whole)!.RingHashLbConfig.MinimumRingSize);
        Assert.Equal("user", Assert.Single(Assert.Single(hashed.RouteList()).Route_.HashPolicy).Header.HeaderName);
        Assert.Equal(1024ul, With("consistentHash: { httpHeaderName: User, maglev: {} }").Cluster(Whole)!.RingHashLbConfig.MinimumRingSize);
        var channel = Assert.Single(Assert.Single(With("consistentHash: { useSourceIp: true }").RouteList()).Route_.HashPolicy);
        Assert.Equal("io.grpc.channel_id", channel.FilterState.Key);
    }

    [Theory]
    [InlineData("gRPC C-core linux Python C-core 28.0.0 Python 1.50.0", LbPolicy.RoundRobin)]
    [InlineData("gRPC C-core linux Python C-core 29.0.0 Python 1.51.1", LbPolicy.RoundRobin)]
    [InlineData("gRPC C-core linux Python C-core 31.0.0 Python 1.54.0", LbPolicy.RingHash)]
    [InlineData("gRPC Go 1.51.0", LbPolicy.RingHash)]
    [InlineData("", LbPolicy.RingHash)]
    public void Clients_that_crash_over_rings_get_none(string agent, LbPolicy expected)
    {
        var rule = $"{Rule}\n  trafficPolicy: {{ loadBalancer: {{ consistentHash: {{ httpHeaderName: User }} }} }}";
        var mesh = new GrpcMesh($"{Greeter}\n---\n{rule}") { Client = GrpcMesh.Caller with { UserAgent = agent } };

        Assert.Equal(expected, mesh.Cluster(Whole)!.LbPolicy);
    }

    [Fact]
    public void Limits_and_outlier_detection_are_in_the_terms_of_gRPC()
    {
        var cluster = new GrpcMesh($$"""
            {{Greeter}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: greeter, namespace: shop }
            spec:
              host: {{Host}}
              trafficPolicy:
                connectionPool: { tcp: { maxConnections: 5 }, http: { http2MaxRequests: 7 } }
                outlierDetection: { consecutive5xxErrors: 3, interval: 2s, baseEjectionTime: 10s, maxEjectionPercent: 50 }
            """).Cluster(Whole)!;

        Assert.Equal(7u, Assert.Single(cluster.CircuitBreakers.Thresholds).MaxRequests);
        var outliers = cluster.OutlierDetection;
        Assert.Equal((3u, 99u, 50u), (outliers.FailurePercentageRequestVolume, outliers.FailurePercentageThreshold, outliers.MaxEjectionPercent));
        Assert.Equal((2, 10), (outliers.Interval.Seconds, outliers.BaseEjectionTime.Seconds));
        Assert.Equal(0u, outliers.EnforcingSuccessRate);
    }

    [Fact]
    public void A_name_that_is_looked_up_is_one_endpoint()
    {
        var mesh = new GrpcMesh("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: out }
            spec:
              hosts: [api.example.org]
              ports: [{ number: 443, name: grpc, protocol: GRPC }]
              resolution: DNS
              endpoints: [{ address: one.example.org }, { address: two.example.org }]
            """);

        Assert.NotNull(mesh.Cluster("outbound|443||api.example.org"));
    }
}
