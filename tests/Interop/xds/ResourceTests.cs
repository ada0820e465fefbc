using System.Net;
using System.Net.Sockets;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>gRPC's own clients, and a server, follow what resources say: more than a <see cref="GrpcService"/> can.</summary>
public sealed class ResourceTests(Greeters greeters) : IClassFixture<Greeters>
{
    private const string Host = "greeter.default.svc.cluster.local";
    private const string Target = $"{Host}:7000";

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task A_service_is_found_by_its_names_and_its_endpoints_change_without_a_failed_call(string language)
    {
        await using var mesh = await ControllerMesh.StartAsync();
        await mesh.WriteAsync("all", await ServiceAsync(("v1", "a")));
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        foreach (var target in new[] { Target, "greeter:7000", "greeter.default:7000" }) Assert.True((await client.CallAsync(target)).AllBy("a"));

        await mesh.WriteAsync("all", await ServiceAsync(("v1", "b")));

        await UntilAllByAsync("b", client, calls => calls.Codes.Count == 0);

        // Nobody at all, and somebody again.
        await mesh.WriteAsync("all", await ServiceAsync());
        await client.UntilAsync(Target, calls => calls.Codes.ContainsKey("14"));
        await mesh.WriteAsync("all", await ServiceAsync(("v1", "a")));
        await client.UntilAsync(Target, calls => calls.AllBy("a"));
        await GrpcClientTests.NothingRefusedAsync(mesh, client);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task Calls_follow_paths_headers_and_weights(string language)
    {
        await using var mesh = await ControllerMesh.StartAsync();
        var (service, rule) = (await ServiceAsync(("v1", "a"), ("v2", "b")), Rule(""));
        await mesh.WriteAsync("all", service, rule, Routes($$"""
            - match: [{ uri: { exact: /other.Service/Call } }, { method: { exact: GET } }]
              redirect: { uri: /nowhere }
            - match: [{ uri: { prefix: /meltemi.tests.Echo/S }, headers: { user: { regex: 'jas.*' } } }]
              {{To("v2")}}
              timeout: 30s
              retries: { attempts: 2, retryOn: "unavailable,reset", backoff: 10ms }
            - match: [{ uri: { prefix: /meltemi.tests.Echo/ }, headers: { user: { prefix: kim } } }]
              fault: { abort: { percentage: { value: 100 }, grpcStatus: RESOURCE_EXHAUSTED } }
              {{To("v1")}}
            - match: [{ withoutHeaders: { user: { exact: nobody } } }]
              route:
              - { destination: { host: {{Host}}, subset: v1 }, weight: 3 }
              - { destination: { host: {{Host}}, subset: v2 }, weight: 1 }
            """));
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);

        // Weights: 400 calls at 3 to 1 are 300 and 100, give or take 9; ten times that is no accident.
        var calls = await client.CallAsync(Target, 400);
        Assert.Empty(calls.Codes);
        Assert.InRange(calls.Who["a"], 210, 390);
        Assert.True((await client.CallAsync(Target, 20, user: "jason")).AllBy("b"));
        Assert.Equal(5, (await client.CallAsync(Target, 5, user: "kim")).Codes["8"]);

        // No route at all.
        Assert.Equal(2, (await client.CallAsync(Target, 2, user: "nobody")).Codes["14"]);

        // Another split, with nothing lost on the way.
        await mesh.WriteAsync("all", service, rule, Routes($"- {To("v2")}"));
        await UntilAllByAsync("b", client, all => all.Codes.Count == 0);
        await GrpcClientTests.NothingRefusedAsync(mesh, client);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task Routes_that_lead_nowhere_fail_at_once_and_are_refused_by_nobody(string language)
    {
        await using var mesh = await ControllerMesh.StartAsync();
        var service = await ServiceAsync(("v1", "a"));
        await mesh.WriteAsync("all", service, Routes("""
            - match: [{ uri: { prefix: /meltemi.tests.Echo/ }, headers: { user: { exact: kim } } }]
              directResponse: { status: 503 }
            - match: [{ headers: { user: { exact: lee } } }]
              route: [{ destination: { host: later.default.svc.cluster.local } }]
            - match: [{ method: { exact: GET } }]
              route: [{ destination: { host: greeter } }]
            """));
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);
        foreach (var user in new[] { "kim", "lee", "max" }) Assert.Equal(1, (await client.CallAsync(Target, user: user)).Codes["14"]);

        await mesh.WriteAsync("later", (await ServiceAsync(("v1", "b"))).Replace("greeter", "later"));
        await UntilAllByAsync("b", client, calls => calls.Codes.Keys.All(code => code == "14"), "lee");

        await mesh.WriteAsync("all", service, Routes("- route: [{ destination: { host: greeter } }]"));
        await client.UntilAsync(Target, all => all.AllBy("a"));
        await GrpcClientTests.NothingRefusedAsync(mesh, client);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(XdsPeerClient.Languages), MemberType = typeof(XdsPeerClient))]
    public async Task The_same_user_comes_to_the_same_server(string language)
    {
        await using var mesh = await ControllerMesh.StartAsync();
        await mesh.WriteAsync("all", await ServiceAsync(("v1", "a"), ("v1", "b"), ("v1", "c")), Rule("loadBalancer: { consistentHash: { httpHeaderName: User } }"));
        await using var client = await XdsPeerClient.StartAsync(language, mesh.Port);

        // Python's of this version would crash over a ring; it gets none.
        var hashes = language != "python";
        var servers = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var calls = await client.CallAsync(Target, 3, user: $"user{i}");
            Assert.Empty(calls.Codes);
            servers.UnionWith(calls.Who.Keys);
            if (hashes) Assert.Single(calls.Who);
        }

        Assert.True(servers.Count > 1, "20 users all came to one of three servers");
        await GrpcClientTests.NothingRefusedAsync(mesh, client);
    }

    [PeerFact(Tools.PythonGrpc)]
    public async Task A_server_listens_when_the_control_plane_knows_its_address()
    {
        await using var mesh = await ControllerMesh.StartAsync();
        var server = await PeerProcess.ServeAsync(
            [Tools.Python, Peers.PathOf("grpc/python/server.py"), "--name", "told", "--xds", $"{FreePort()}"], XdsPeerClient.Environment("server", mesh.Port));
        await using var client = await XdsPeerClient.StartAsync("python", mesh.Port);
        await mesh.WriteAsync("all", Service(("v1", server.Address)));

        await client.UntilAsync(Target, calls => calls.AllBy("told"));
        await GrpcClientTests.NothingRefusedAsync(mesh, client);
        server.EndInput();
        await server.ExitAsync();
        await server.DisposeAsync();
    }

    /// <summary>Calls until one server answers all; until then the answers are as allowed.</summary>
    private static async Task UntilAllByAsync(string server, XdsPeerClient client, Func<XdsCalls, bool> allowed, string? user = null)
    {
        var end = DateTime.UtcNow + Safety.Limit;
        while (await client.CallAsync(Target, 5, user) is var calls && !calls.AllBy(server))
        {
            Assert.True(allowed(calls), calls.ToString());
            Assert.True(DateTime.UtcNow < end, $"the state did not come; last: {calls}");
        }
    }

    private static string To(string subset) => $"route: [{{ destination: {{ host: {Host}, subset: {subset} }} }}]";

    private static string Rule(string policy) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: greeter, namespace: default }
        spec:
          host: {{Host}}
          trafficPolicy: { {{policy}} }
          subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
        """;

    private static string Routes(string routes) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: greeter, namespace: default }
        spec:
          hosts: [{{Host}}]
          http:
        {{string.Join('\n', routes.Split('\n').Select(line => "  " + line))}}
        """;

    private static string Service(params (string Version, IPEndPoint Address)[] endpoints)
    {
        var lines = endpoints.Select(one => $"{{ address: {one.Address.Address}, ports: {{ grpc: {one.Address.Port} }}, labels: {{ version: {one.Version} }} }}");
        return $$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: greeter, namespace: default }
            spec:
              hosts: [{{Host}}]
              ports: [{ number: 7000, name: grpc, protocol: GRPC }]
              resolution: STATIC
              location: MESH_INTERNAL
              endpoints: [{{string.Join(", ", lines)}}]
            """;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string> ServiceAsync(params (string Version, string Greeter)[] endpoints)
    {
        var found = new List<(string, IPEndPoint)>();
        foreach (var (version, greeter) in endpoints) found.Add((version, await greeters.GetAddressAsync(greeter)));
        return Service([.. found]);
    }
}
