using DubboService;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Program;

/// <summary>Two controllers on one etcd, with proxies on each.</summary>
public sealed class SharedMeshTests : IAsyncLifetime
{
    private readonly SharedMesh _mesh = new();
    private readonly DubboServer _one = new(new GreetingService("v1", "one").HandleAsync, 0);
    private readonly DubboServer _two = new(new GreetingService("v2", "two").HandleAsync, 0);

    public Task InitializeAsync() => Task.CompletedTask;

    [PeerFact(Tools.Etcd)]
    public async Task A_controller_dies_its_proxies_come_to_the_other_one_and_are_counted_once()
    {
        await _mesh.StartEtcdAsync();
        var (one, first) = await _mesh.StartControllerAsync("first");
        var (two, second) = await _mesh.StartControllerAsync("second");
        foreach (var proxy in new[] { "shop-1", "shop-2", "shop-3" }) await _mesh.StartProxyAsync(proxy, first, second);
        var address = $"127.240.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}";
        Apply("first", "service", GreetingResources.Service(address, _one, _two));
        Apply("second", "routes", Routes("v1"));
        await using var client = await DubboClient.ConnectAsync(address, 20880);
        Assert.Equal("one", await WhoAsync(client));
        Assert.Equal(3, ProxiesOf("first") + ProxiesOf("second"));

        // A proxy begins with any of them.
        var (dying, left) = ProxiesOf("first") > ProxiesOf("second") ? (one, "second") : (two, "first");
        await dying.KillAsync();

        // It is not programmed while the dead one is waited for; then all three have come.
        Apply(left, "routes", Routes("v2"));
        Assert.Equal("two", await WhoAsync(client));
        Assert.Equal(3, ProxiesOf(left));
    }

    public async Task DisposeAsync()
    {
        await _mesh.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    private static async Task<string> WhoAsync(DubboClient client) => (await new GreetingClient(client).CallAsync(GreetingService.SayHello, "Ann", user: null)).Instance;

    private int ProxiesOf(string controller) => _mesh.Run(controller, "proxy-status").Output.Split('\n').Count(line => line.StartsWith("sidecar~", StringComparison.Ordinal));

    private void Apply(string controller, string name, string text)
    {
        var file = Path.Combine(_mesh.Folder, $"{name}.yaml");
        File.WriteAllText(file, text);
        var (exitCode, output) = _mesh.Run(controller, "apply", "-f", file, "--wait", "2m");
        Assert.True(exitCode == 0, $"{output}\n{_mesh.Seen}");
        Assert.Contains("Programmed (3 of 3 proxies)", output);
    }

    private static string Routes(string subset) => $$"""
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata: { name: greeting }
        spec:
          hosts: [greeting.shop]
          routes: [{ name: all-to-{{subset}}, route: [{ destination: { host: greeting.shop, subset: {{subset}} } }] }]
        """;
}
