using System.Net;
using AwesomeRpc;
using AwesomeRpc.Client;
using Meltemi.Program.Demo;
using Meltemi.Resources;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Codec.Declarative.Mesh;

/// <summary>Two versions of a service behind a proxy that has all from a controller on files.</summary>
internal sealed class DeclaredMesh : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("meltemi-declared-").FullName;
    private readonly CapturedLog _log = new();
    private readonly ReservedAddress _address = new(IPAddress.Loopback);
    private DemoController? _controller;
    private DemoProxy? _proxy;

    public static async Task<DeclaredMesh> StartAsync(int stable, int canary, Func<string, string> change)
    {
        var mesh = new DeclaredMesh();
        mesh.Write("mesh.yaml", mesh.Resources(stable, canary));
        mesh.Describe(change);
        mesh._controller = await DemoController.StartAsync(mesh._directory, mesh._log.Log, default);
        mesh._proxy = await DemoProxy.StartAsync(mesh._controller.XdsAddress, mesh._log.Log, default);
        return mesh;
    }

    /// <summary>Writes the protocol's resource; its config is AwesomeRPC's with one header as the tenant, as changed.</summary>
    public void Describe(Func<string, string> change)
    {
        var sample = File.ReadAllText(Path.Combine(Repository.Root, "samples", "protocols", "awesomerpc.yaml"))
            .Replace("- { from: headers.* }", "- { name: tenant, from: headers.user }\n- { name: command, from: headers.command }\n- { name: service, from: headers.service }\n- { name: timeout, from: headers.timeout }", StringComparison.Ordinal);
        var config = string.Join('\n', change(sample).Split('\n').Select(line => "    " + line));
        Write("protocol.yaml", $$"""
            apiVersion: metaprotocol.aeraki.io/v1alpha1
            kind: ApplicationProtocol
            metadata: { name: awesome }
            spec:
              protocol: awesomerpc
              codec: meltemi.codec.declarative
              config:
            {{config}}
            """);
    }

    public Task<AwesomeClient> ConnectAsync() => AwesomeClient.ConnectAsync($"{_address.EndPoint.Address}", _address.EndPoint.Port);

    /// <summary>Waits until calls with a header, each over a connection of its own, reach a server.</summary>
    public async Task ServedByAsync(string server, (string Key, string Value) header)
    {
        var seen = "nobody";
        await UntilAsync(async () =>
        {
            try
            {
                await using var client = await ConnectAsync();
                return (seen = (await client.CallAsync("echo", "hello", new Dictionary<string, string> { [header.Key] = header.Value }))["served-by"]) == server;
            }
            catch (Exception e) when (e is AwesomeRpcException or IOException or System.Net.Sockets.SocketException)
            {
                seen = e.Message;
                return false;
            }
        }, () => $"{header} is served by {seen}, not {server}; {string.Join('\n', _controller!.Problems)}");
    }

    /// <summary>Waits for the conditions of a resource.</summary>
    public Task StatusAsync(ResourceKey key, Func<string, bool> state) => UntilAsync(() => Task.FromResult(state(Status(key))), () => Status(key));

    public string Status(ResourceKey key) => string.Join(", ", (_controller!.Resources.Resources.GetValueOrDefault(key)?.Status?.Conditions ?? [])
        .Select(condition => $"{condition.Type} {condition.Holds?.ToString() ?? "unknown"} ({condition.Message})"));

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null) await _proxy.DisposeAsync();
        if (_controller is not null) await _controller.DisposeAsync();
        _address.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task UntilAsync(Func<Task<bool>> state, Func<string> seen)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !await state(); await Task.Delay(10))
            Assert.True(Environment.TickCount64 < end, seen());
    }

    private void Write(string name, string text)
    {
        var partial = Path.Combine(_directory, name + ".partial");
        File.WriteAllText(partial, text);
        File.Move(partial, Path.Combine(_directory, name), overwrite: true);
    }

    private string Resources(int stable, int canary) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: echo }
        spec:
          hosts: [echo.shop]
          addresses: [{{_address.EndPoint.Address}}]
          ports: [ { number: {{_address.EndPoint.Port}}, name: tcp-metaprotocol-awesomerpc, protocol: TCP } ]
          resolution: STATIC
          endpoints:
          - { address: 127.0.0.1, ports: { tcp-metaprotocol-awesomerpc: {{stable}} }, labels: { version: v1 } }
          - { address: 127.0.0.1, ports: { tcp-metaprotocol-awesomerpc: {{canary}} }, labels: { version: v2 } }
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: echo }
        spec: { host: echo.shop, subsets: [ { name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } } ] }
        ---
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata: { name: echo }
        spec:
          hosts: [echo.shop]
          routes:
          - { name: gold, match: { attributes: { tenant: { exact: gold } } }, route: [ { destination: { host: echo.shop, subset: v2 } } ] }
          - { name: others, route: [ { destination: { host: echo.shop, subset: v1 } } ] }
        """;
}
