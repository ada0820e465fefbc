using Envoy.Admin.V3;
using Envoy.Service.Status.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

public class ClientStatusTests
{
    private static readonly GrpcMethod<ClientStatusRequest, ClientStatusResponse> Fetch = Method("FetchClientStatus");
    private static readonly GrpcMethod<ClientStatusRequest, ClientStatusResponse> Stream = Method("StreamClientStatus");

    [Fact]
    public async Task It_says_what_each_client_made_of_each_resource()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("good", "1"), Cluster("bad", "1"), Route("waiting", "1"));
        using var client = mesh.Delta();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);
        await client.SendAsync(XdsTypes.Cluster, nonce: client.Last.Nonce, error: "bad: no such policy");
        await client.SendAsync(XdsTypes.Route, ["waiting", "none"]);
        await client.NextAsync(ack: false);
        await mesh.SaidAsync("refused Cluster bad: bad: no such policy");

        var config = await ConfigAsync(mesh, config => config.GenericXdsConfigs.Count == 4);

        Assert.Equal("me", config.Node.Id);
        Assert.StartsWith("ADS, delta, 127.0.0.1:", config.ClientScope);
        var (bad, good, none, waiting) = (Of(config, "bad"), Of(config, "good"), Of(config, "none"), Of(config, "waiting"));
        Assert.Equal((ConfigStatus.Synced, ClientResourceStatus.Acked, Cluster("good", "1").Version), (good.ConfigStatus, good.ClientStatus, good.VersionInfo));
        Assert.Equal(Cluster("good", "1").Body, good.XdsConfig.Value);
        Assert.Equal((ConfigStatus.Error, ClientResourceStatus.Nacked, ""), (bad.ConfigStatus, bad.ClientStatus, bad.VersionInfo));
        Assert.Equal(("bad: no such policy", Cluster("bad", "1").Version), (bad.ErrorState.Details, bad.ErrorState.VersionInfo));
        Assert.Equal(Cluster("bad", "1").Body, bad.ErrorState.FailedConfiguration.Value);
        Assert.Equal((ConfigStatus.NotSent, ClientResourceStatus.DoesNotExist), (none.ConfigStatus, none.ClientStatus));
        Assert.Equal((ConfigStatus.Stale, ClientResourceStatus.Requested), (waiting.ConfigStatus, waiting.ClientStatus));
    }

    [Fact]
    public async Task An_error_is_over_when_a_newer_version_is_accepted()
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Cluster("a", "1"));
        using var client = mesh.Sotw();
        await client.SendAsync(XdsTypes.Cluster);
        await client.NextAsync(ack: false);
        await client.SendAsync(XdsTypes.Cluster, nonce: client.Last.Nonce, error: "no");
        var refused = await ConfigAsync(mesh, config => config.GenericXdsConfigs.Any(one => one.ErrorState is not null));
        Assert.StartsWith("ADS, state of the world, ", refused.ClientScope);

        mesh.Source.Set(Cluster("a", "2"));
        await client.NextAsync();
        var config = await ConfigAsync(mesh, config => config.GenericXdsConfigs.All(one => one.ErrorState is null));
        Assert.Equal(ConfigStatus.Synced, Of(config, "a").ConfigStatus);
    }

    [Fact]
    public async Task Nodes_are_chosen_by_id_and_metadata()
    {
        await using var mesh = await Mesh.StartAsync();
        using var one = Peer.Open(mesh.Channel, delta: true, id: "sidecar~10.0.0.1~a.shop~x");
        using var two = Peer.Open(mesh.Channel, delta: false, id: "router~10.0.0.2~b.shop~x");
        await one.WildcardAsync(XdsTypes.Cluster);
        await two.WildcardAsync(XdsTypes.Cluster);
        await Wait.Until(() => mesh.Server.Clients.All.Count == 2, "both clients");

        Assert.Equal(2, await CountAsync(new()));
        Assert.Equal(1, await CountAsync(new() { NodeId = new() { Prefix = "sidecar~" } }));
        Assert.Equal(2, await CountAsync(new() { NodeId = new() { Contains = "SHOP", IgnoreCase = true } }));
        Assert.Equal(1, await CountAsync(new() { NodeId = new() { SafeRegex = new() { Regex = "router~.*~b\\.shop~x" } } }));
        Assert.Equal(0, await CountAsync(new() { NodeId = new() { Exact = "router" } }));
        var byMetadata = new StructMatcher { Path = { new StructMatcher.Types.PathSegment { Key = "NAMESPACE" } }, Value = new() { PresentMatch = true } };
        Assert.Equal(0, await CountAsync(new() { NodeMetadatas = { byMetadata } }));
        var exception = await Assert.ThrowsAsync<GrpcException>(() => CountAsync(new() { NodeId = new() { SafeRegex = new() { Regex = "(" } } }));
        Assert.Equal(GrpcStatusCode.InvalidArgument, exception.StatusCode);

        async Task<int> CountAsync(NodeMatcher matcher) =>
            (await mesh.Channel.UnaryAsync(Fetch, new ClientStatusRequest { NodeMatchers = { matcher }, ExcludeResourceContents = true })).Config.Count;
    }

    [Fact]
    public async Task Each_request_of_a_stream_is_answered()
    {
        await using var mesh = await Mesh.StartAsync();
        using var call = mesh.Channel.Open(Stream);
        await call.WriteAsync(new());
        Assert.Empty((await call.ReadAsync())!.Config);
        using var client = Peer.Open(mesh.Channel, delta: true, XdsTypes.Cluster);
        await client.WildcardAsync(XdsTypes.Cluster);
        await client.ReadAsync();
        await call.WriteAsync(new());
        Assert.Contains("type.googleapis.com/envoy.config.cluster.v3.Cluster, delta", Assert.Single((await call.ReadAsync())!.Config).ClientScope);
        await call.CompleteAsync();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public void Metadata_of_a_node_is_matched_by_path()
    {
        var node = new Envoy.Config.Core.V3.Node { Metadata = Struct.Parser.ParseJson("""{"LABELS": {"app": "shop", "old": true, "nothing": null}}""") };
        Assert.True(Matches(new() { StringMatch = new() { Suffix = "op" } }, "LABELS", "app"));
        Assert.False(Matches(new() { StringMatch = new() { Exact = "op" } }, "LABELS", "app"));
        Assert.True(Matches(new() { BoolMatch = true }, "LABELS", "old"));
        Assert.True(Matches(new() { NullMatch = new() }, "LABELS", "nothing"));
        Assert.True(Matches(new() { PresentMatch = true }, "LABELS"));
        Assert.True(Matches(new() { PresentMatch = false }, "LABELS", "app", "deeper"));

        bool Matches(ValueMatcher value, params string[] path)
        {
            var matcher = new StructMatcher { Value = value };
            matcher.Path.Add(path.Select(key => new StructMatcher.Types.PathSegment { Key = key }));
            return NodeMatching.Matches(new() { NodeMetadatas = { matcher } }, node);
        }
    }

    private static GrpcMethod<ClientStatusRequest, ClientStatusResponse> Method(string name) =>
        new("envoy.service.status.v3.ClientStatusDiscoveryService", name, ClientStatusRequest.Parser, ClientStatusResponse.Parser);

    private static ClientConfig.Types.GenericXdsConfig Of(ClientConfig config, string name) => config.GenericXdsConfigs.Single(one => one.Name == name);

    private static async Task<ClientConfig> ConfigAsync(Mesh mesh, Func<ClientConfig, bool> state)
    {
        var end = DateTime.UtcNow + Mesh.Limit;
        while (true)
        {
            var response = await mesh.Channel.UnaryAsync(Fetch, new());
            if (response.Config.Count == 1 && state(response.Config[0])) return response.Config[0];
            Assert.True(DateTime.UtcNow < end, $"the state did not come: {response}");
        }
    }
}
