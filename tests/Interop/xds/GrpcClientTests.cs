using System.Net;
using Envoy.Admin.V3;
using Envoy.Config.Cluster.V3;
using Meltemi.Interop.Tests.Grpc;
using Meltemi.Interop.Tests.Support;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Server;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>The servers that calls go to: python's a and b, node's c, and one that fails.</summary>
public sealed class Greeters : ServerPool<string>
{
    internal async Task<IPEndPoint> GetAddressAsync(string name) => (await GetAsync(name)).Address;

    private protected override Task<PeerProcess> ServeAsync(string kind) => kind switch
    {
        "c" => GrpcPeers.ServeAsync("node", "--name", kind),
        "failing" => GrpcPeers.ServeAsync("python", "--name", kind, "--fail"),
        _ => GrpcPeers.ServeAsync("python", "--name", kind),
    };
}

/// <summary>gRPC's own xDS clients find their servers through our xDS server.</summary>
public sealed class GrpcClientTests(Greeters greeters) : IClassFixture<Greeters>
{
    private const string HandMade = "our xDS server over resources made by hand";
    private const string Controller = "the controller";

    public static TheoryData<string, string> Meshes { get; } = new MatrixTheoryData<string, string>(["python", "node"], [HandMade, Controller]);

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(Meshes))]
    public async Task Calls_follow_weights_headers_and_endpoints_and_nothing_is_refused(string language, string controlPlane)
    {
        await using var mesh = await StartAsync(controlPlane);
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        var (a, b, c) = (await greeters.GetAddressAsync("a"), await greeters.GetAddressAsync("b"), await greeters.GetAddressAsync("c"));

        // Weights: 400 calls at 3 to 1 are 300 and 100, give or take 9; ten times that is no accident.
        var service = new GrpcService("shop.default", 7000)
        {
            Subsets = new() { ["v1"] = [a], ["v2"] = [b] },
            Rules = [new("jason", ("v2", 1)), new(null, ("v1", 3), ("v2", 1))],
        };
        await mesh.SetAsync(service);
        var calls = await client.CallAsync(service.Target, 400);
        Assert.Empty(calls.Codes);
        Assert.InRange(calls.Who["a"], 210, 390);

        // A header.
        Assert.True((await client.CallAsync(service.Target, 20, user: "jason")).AllBy("b"));

        // Other endpoints: not one call fails while they change.
        await mesh.SetAsync(service with { Subsets = new() { ["v1"] = [a], ["v2"] = [c] } });
        while (!(await client.CallAsync(service.Target, 5, user: "jason") is var jasons && jasons.AllBy("c"))) Assert.Empty(jasons.Codes);

        // Another subset instead of the old one: the new cluster is there before the route, the old one goes after it.
        await mesh.SetAsync(service with { Subsets = new() { ["v3"] = [c] }, Rules = [new(null, ("v3", 1))] });
        while (!(await client.CallAsync(service.Target, 5) is var all && all.AllBy("c"))) Assert.Empty(all.Codes);
        Assert.True((await client.CallAsync(service.Target, 100)).AllBy("c"));

        await NothingRefusedAsync(mesh, client);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task Services_come_and_go(string language)
    {
        await using var mesh = await HandMadeMesh.StartAsync();
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        var a = await greeters.GetAddressAsync("a");
        var (first, late) = (Simple("first.default", a), Simple("late.default", a));
        await mesh.SetAsync(first);
        Assert.True((await client.CallAsync(first.Target)).AllBy("a"));
        var waiting = client.CallAsync(late.Target);
        await Safety.Until(() => mesh.Server.Clients.All.Single().Types[XdsTypes.Listener].Names == 2, () => "the service is not asked for");
        await mesh.SetAsync(late);
        Assert.True((await waiting).AllBy("a"));

        await mesh.RemoveAsync(first); // The README says what these clients make of it when it comes back.
        await client.UntilAsync(first.Target, calls => calls.Codes.ContainsKey("14"));
        Assert.True((await client.CallAsync(late.Target, 10)).AllBy("a"));
        await NothingRefusedAsync(mesh, client);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(Meshes))]
    public async Task An_endpoint_that_fails_is_left_out(string language, string controlPlane)
    {
        await using var mesh = await StartAsync(controlPlane);
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        var service = Simple("outliers.default", await greeters.GetAddressAsync("a"), await greeters.GetAddressAsync("failing")) with { Outliers = true };
        await mesh.SetAsync(service);

        await client.UntilAsync(service.Target, calls => calls.Who.ContainsKey("a") && calls.Codes.ContainsKey("14"), 4); // Both are asked,
        await client.UntilAsync(service.Target, calls => calls.AllBy("a"), 10); // then one.
        await NothingRefusedAsync(mesh, client);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task What_a_client_refuses_is_known_with_its_reason_and_the_old_stays(string language)
    {
        await using var mesh = await HandMadeMesh.StartAsync();
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        var service = Simple("refused.default", await greeters.GetAddressAsync("a"));
        await mesh.SetAsync(service);
        Assert.True((await client.CallAsync(service.Target)).AllBy("a"));

        var name = GrpcResources.ClusterOf(service, "v1");
        var bad = GrpcResources.Make(XdsTypes.Cluster, name, new Cluster { Name = name, Type = Cluster.Types.DiscoveryType.Static });
        mesh.Set(service.Target, [.. GrpcResources.Of(service).Where(one => one.Type != XdsTypes.Cluster), bad]);
        await client.UntilAsync(service.Target, _ => mesh.Refusals.Count > 0);

        Assert.StartsWith($"{name}: ", mesh.Refusals.First());
        var ours = mesh.Server.Clients.All.Single().Types[XdsTypes.Cluster];
        Assert.Equal(bad.Version, Assert.Single(ours.Refused).Value.Version);
        Assert.Contains(
            (await client.StatusAsync()).Config.SelectMany(config => config.GenericXdsConfigs),
            one => one.Name == name && one.ClientStatus == ClientResourceStatus.Nacked);
        Assert.True((await client.CallAsync(service.Target, 10)).AllBy("a"));

        await mesh.SetAsync(service); // What was there before is sent again: it differs from what was refused.
        await client.UntilAsync(service.Target, _ => mesh.Server.Clients.All.Single().Types[XdsTypes.Cluster].InSync);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task Calls_go_on_without_a_control_plane_and_what_changed_meanwhile_comes_with_the_next_one(string language)
    {
        await using var mesh = await HandMadeMesh.StartAsync();
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        var service = Simple("restart.default", await greeters.GetAddressAsync("a"));
        await mesh.SetAsync(service);
        Assert.True((await client.CallAsync(service.Target)).AllBy("a"));

        await mesh.RestartAsync(async () =>
        {
            Assert.True((await client.CallAsync(service.Target, 20)).AllBy("a"));
            await mesh.SetAsync(Simple("restart.default", await greeters.GetAddressAsync("b")));
        });

        while (!(await client.CallAsync(service.Target, 5) is var calls && calls.AllBy("b"))) Assert.Empty(calls.Codes);
        await NothingRefusedAsync(mesh, client);
    }

    private static GrpcService Simple(string host, params IPEndPoint[] endpoints) =>
        new(host, 7000) { Subsets = new() { ["v1"] = endpoints }, Rules = [new(null, ("v1", 1))] };

    private static async Task<IGrpcMesh> StartAsync(string controlPlane) =>
        controlPlane == HandMade ? await HandMadeMesh.StartAsync() : await ControllerMesh.StartAsync();

    /// <summary>The client says so, and we know it.</summary>
    internal static async Task NothingRefusedAsync(IGrpcMesh mesh, XdsPeerClient client)
    {
        Assert.Empty(mesh.Refusals);
        var resources = (await client.StatusAsync()).Config.SelectMany(config => config.GenericXdsConfigs).ToArray();
        Assert.NotEmpty(resources);
        Assert.DoesNotContain(resources, one => one.ClientStatus == ClientResourceStatus.Nacked);
        foreach (var type in XdsTypes.InOrder)
            Assert.Contains(resources, one => AnyTypes.TypeName(one.TypeUrl) == AnyTypes.TypeName(type) && one.ClientStatus == ClientResourceStatus.Acked);
        await Safety.Until(() => mesh.InSync, () => "the client has not accepted everything");
    }
}
