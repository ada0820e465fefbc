using System.Net;
using System.Text.Json.Nodes;
using AwesomeRpc.Codec;
using Envoy.Config.Listener.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Xds.Server;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>Where resources come from.</summary>
public class SourceTests
{
    private const string AerakiXds = "api_config_source: { api_type: GRPC, grpc_services: { envoy_grpc: { cluster_name: aeraki-xds } } }";

    private static readonly ProxyConfig WithAeraki = new()
    {
        Clusters = [new() { Name = "aeraki-xds", Discovery = DiscoveryType.StrictDns, Endpoints = [new() { Address = new DnsEndPoint("aeraki", 15010) }] }],
    };

    [Fact]
    public void A_bootstrap_says_who_gives_listeners_and_clusters()
    {
        var config = Load("""
            node: { id: sidecar~1.2.3.4~a.b~b.svc.cluster.local, cluster: c, metadata: { NAMESPACE: b, LABELS: { app: a } } }
            dynamic_resources:
              ads_config: { api_type: DELTA_GRPC, transport_api_version: V3, grpc_services: [{ google_grpc: { target_uri: "cp-1:15010" } }, { envoy_grpc: { cluster_name: cp-2 } }] }
              lds_config: { ads: {}, initial_fetch_timeout: 3s }
              cds_config: { api_config_source: { api_type: GRPC, grpc_services: { google_grpc: { target_uri: "dns:///other:1" } } } }
            static_resources:
              clusters: { name: cp-2, load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: { socket_address: { address: "::1", port_value: 2 } } } } } } }
            """).Config!.Dynamic!;

        Assert.Equal(new ControlPlaneConfig { Servers = [new(null, "cp-1:15010"), new("cp-2", null)], Delta = true }, config.Ads);
        Assert.Equal(new SourceConfig { InitialFetchTimeout = TimeSpan.FromSeconds(3) }, config.Listeners);
        Assert.Equal(new SourceConfig { Kind = SourceKind.Own, ControlPlane = new() { Servers = [new(null, "other:1")] } }, config.Clusters);
        Assert.Equal("a", config.Node.Metadata.Fields["LABELS"].StructValue.Fields["app"].StringValue);
        var told = JsonNode.Parse(config.Node.Metadata.Fields["MELTEMI_BOOTSTRAP"].StringValue)!;
        Assert.Equal("sidecar~1.2.3.4~a.b~b.svc.cluster.local", (string?)told["node"]!["id"]);
        Assert.Equal("cp-2", (string?)told["static_resources"]!["clusters"]![0]!["name"]);
        Assert.Equal("3s", (string?)told["dynamic_resources"]!["lds_config"]!["initial_fetch_timeout"]);
    }

    [Theory]
    [InlineData("lds_config: { ads: {} }", "dynamic_resources.lds_config.ads: there is no dynamic_resources.ads_config that says who that is")]
    [InlineData("lds_config: { self: {} }", "dynamic_resources.lds_config.self: a file has no server of its own; use ads or api_config_source")]
    [InlineData("lds_config: { path: /x }", "dynamic_resources.lds_config: resources from files are not supported; use ads or api_config_source")]
    [InlineData(
        "lds_config: { api_config_source: { api_type: REST, grpc_services: { google_grpc: { target_uri: 'a:1' } } } }",
        "dynamic_resources.lds_config.api_config_source.api_type: must be GRPC or DELTA_GRPC")]
    [InlineData(
        "lds_config: { api_config_source: { api_type: GRPC } }",
        "dynamic_resources.lds_config.api_config_source.grpc_services: at least one server is needed")]
    [InlineData(
        "lds_config: { api_config_source: { api_type: GRPC, grpc_services: { envoy_grpc: { cluster_name: nobody } } } }",
        "dynamic_resources.lds_config.api_config_source.grpc_services[0].envoy_grpc.cluster_name: there is no static cluster 'nobody'")]
    [InlineData(
        "lds_config: { api_config_source: { api_type: GRPC, grpc_services: { google_grpc: { target_uri: nowhere } } } }",
        "dynamic_resources.lds_config.api_config_source.grpc_services[0].google_grpc.target_uri: expected HOST:PORT, found \"nowhere\"")]
    [InlineData(
        "lds_config: { api_config_source: { api_type: GRPC, grpc_services: { google_grpc: { target_uri: 'a:1', channel_credentials: { ssl_credentials: {} } } } } }",
        "dynamic_resources.lds_config.api_config_source.grpc_services[0].google_grpc.channel_credentials: TLS is not supported yet: connections are plaintext")]
    public void What_cannot_be_followed_is_an_error(string resources, string error)
    {
        var problems = Load($"node: {{ id: n }}\ndynamic_resources: {{ {resources} }}").Problems;
        Assert.Equal(error, Assert.Single(problems.Select(problem => $"{problem.Path}: {problem.Message}")));
    }

    [Fact]
    public void Routes_may_come_from_a_control_plane_of_their_own()
    {
        using var mesh = new DynamicMesh().Start(WithAeraki);
        var server = mesh.Kernel.Serve();
        mesh.Give(StaticCluster("one", server.Address));
        mesh.Give(ListenerOf("front", 9000, "routes", AerakiXds));
        var aeraki = mesh.ControlPlanes[1];
        Assert.Equal((new Uri("http://aeraki:15010"), false, XdsTypes.Route, true), (aeraki.Addresses.Single(), aeraki.Delta, aeraki.Type, aeraki.IsStarted));
        Assert.Equal([(XdsTypes.Route, "routes")], aeraki.Names);
        Assert.Empty(mesh.Ads.Names);

        aeraki.Push([RoutesOf("routes", "one")], []);
        mesh.Settle();
        Assert.NotEqual("", mesh.Ask(mesh.Client(9000)!, "x", server));

        // Others share it, and with the last it goes.
        mesh.Give(ListenerOf("second", 9001, "more", AerakiXds));
        Assert.Equal(2, mesh.ControlPlanes.Count);
        mesh.Remove(XdsTypes.Listener, "front", "second");
        Assert.True(aeraki.IsDisposed);
    }

    [Fact]
    public void Routes_from_elsewhere_wait_for_clusters_that_nobody_knows_yet()
    {
        using var mesh = new DynamicMesh().Start(WithAeraki);
        var server = mesh.Kernel.Serve();
        mesh.Ads.Push([], [], XdsTypes.Cluster);
        mesh.Give(ListenerOf("front", 9000, "routes", AerakiXds));
        mesh.ControlPlanes[1].Push([RoutesOf("routes", "late")], []);
        mesh.Settle();
        Assert.Null(mesh.Client(9000));
        mesh.Give(StaticCluster("late", server.Address));
        Assert.NotEqual("", mesh.Ask(mesh.Client(9000)!, "x", server));
    }

    [Fact]
    public void Self_is_the_stream_that_the_resource_came_on()
    {
        using var mesh = new DynamicMesh().Start();
        mesh.Give(EdsCluster("one", source: "self: {}"));
        mesh.Give(ListenerOf("front", 9000, "routes", "self: {}"));
        Assert.Equal([(XdsTypes.Endpoints, "one"), (XdsTypes.Route, "routes")], mesh.Ads.Names.Order());
    }

    [Fact]
    public void A_source_that_leads_nowhere_refuses_the_resource()
    {
        using var mesh = new DynamicMesh().Start();
        var rejection = Assert.Single(mesh.Push(ListenerOf("front", 9000, "routes", AerakiXds)));
        Assert.Contains("rds.config_source: there is no static cluster 'aeraki-xds' that leads to it", rejection.Reason);
    }

    [Fact]
    public void A_filter_may_come_as_a_typed_struct()
    {
        using var mesh = new DynamicMesh().Start();
        var server = mesh.Kernel.Serve();
        mesh.Give(StaticCluster("one", server.Address));
        mesh.Give(TypedStruct("\"route_config\": { \"routes\": [{ \"route\": { \"cluster\": \"one\" } }] }"));
        Assert.NotEqual("", mesh.Ask(mesh.Client(9000)!, "x", server));
        Assert.Contains("typed_config.route_specifier: one of rds, route_config is needed", Assert.Single(mesh.Push(TypedStruct("\"idle_timeout\": \"1s\""))).Reason);

        // The reader of texts would resolve it, so the listener is put together by hand.
        static XdsResource TypedStruct(string fields)
        {
            var listener = Listener.Parser.ParseFrom(ListenerOf("front", 9000, "routes").Body);
            listener.FilterChains[0].Filters[0].TypedConfig = Any.Pack(new Udpa.Type.V1.TypedStruct
            {
                TypeUrl = "type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy",
                Value = Struct.Parser.ParseJson($$"""{ "stat_prefix": "p", "application_protocol": "awesomerpc", {{fields}} }"""),
            });
            return XdsResource.Create(XdsTypes.Listener, "front", listener);
        }
    }

    [Fact]
    public void Listeners_and_clusters_of_the_file_follow_too()
    {
        var server = new IPEndPoint(IPAddress.Loopback, 1);
        var file = Load("""
            node: { id: n }
            dynamic_resources: { ads_config: { api_type: DELTA_GRPC, grpc_services: { google_grpc: { target_uri: "cp:1" } } } }
            static_resources:
              clusters: { name: one, type: EDS, eds_cluster_config: { eds_config: { ads: {} } } }
              listeners:
                name: front
                address: { socket_address: { address: 127.0.0.1, port_value: 9000 } }
                filter_chains:
                  filters:
                    name: aeraki.meta_protocol_proxy
                    typed_config: { stat_prefix: p, application_protocol: awesomerpc, rds: { config_source: { ads: {} }, route_config_name: routes } }
            """).Config!;
        using var mesh = new DynamicMesh(file.Dynamic).Start(file);
        Assert.False(mesh.Follower.IsLive);
        mesh.Give(EndpointsOf("one", mesh.Kernel.Serve(server).Address));
        mesh.Give(RoutesOf("routes", "one"));
        Assert.True(mesh.Follower.IsLive);
        Assert.NotNull(mesh.Client(9000));

        // A file that is read again without them ends it.
        Assert.Empty(mesh.Follower.Apply(new ProxyConfig()));
        mesh.Settle();
        Assert.Null(mesh.Client(9000));
        Assert.Empty(mesh.Proxy.Clusters);
        Assert.Empty(mesh.Ads.Names);
    }

    private static LoadResult Load(string text) => BootstrapLoader.LoadText(text, new CodecRegistry().Add(new AwesomeRpcCodecFactory()));
}
