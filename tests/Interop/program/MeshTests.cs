using DubboService;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Program;

/// <summary>A whole mesh of processes, used as somebody at a terminal uses it.</summary>
public sealed class MeshTests : IAsyncLifetime
{
    // Any address of 127/8 can be listened on, so tests that run side by side do not meet.
    private readonly string _address = $"127.240.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}";
    private readonly MeshPrograms _mesh = new();
    private readonly DubboServer _one = new(new GreetingService("v1", "one").HandleAsync, 0);
    private readonly DubboServer _two = new(new GreetingService("v2", "two").HandleAsync, 0);

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_mesh.Resources, "service.yaml"), GreetingResources.Service(_address, _one, _two));
        await _mesh.StartControllerAsync();
        await _mesh.StartProxyAsync();
    }

    [Fact]
    public async Task Routes_are_applied_explained_and_in_force_and_a_slip_names_its_place()
    {
        Apply("v1");
        await using var client = await ConnectAsync();
        Assert.Equal("one", await WhoAsync(client));
        Apply("v2");
        Assert.Equal("two", await WhoAsync(client));

        var (explained, text) = _mesh.Run("explain", "--host", "greeting.shop", "-a", "user=jason");
        var (inSync, status) = _mesh.Run("proxy-status");
        var (shown, bootstrap) = _mesh.Run("proxy-config", "bootstrap");
        var slip = WriteRoutes("v2", "routs");
        var (refused, complaint) = _mesh.Run("apply", "-f", slip);

        Assert.Equal((0, 0, 0), (explained, inSync, shown));
        Assert.Contains("route 1 'all-to-v2': taken\n", text);
        Assert.Contains("cluster outbound|20880|v2|greeting.shop: 100 % of the requests\n", text);
        Assert.Contains("Synced", status);
        Assert.Contains($"target_uri: {_mesh.Xds}", bootstrap);
        Assert.Equal(1, refused);
        Assert.Contains($"{slip}:7:3 spec.routs: ", complaint);
        Assert.Contains("did you mean 'routes'?", complaint);
    }

    [Fact]
    public async Task A_limit_of_a_route_is_in_force_and_explained()
    {
        Apply("v1", more: "localRateLimit: { tokenBucket: { maxTokens: 1, fillInterval: 3600s }, per: { attribute: user } }");
        await using var client = await ConnectAsync();

        Assert.Equal("one", await WhoAsync(client));
        var refused = await Assert.ThrowsAsync<DubboCallException>(() => WhoAsync(client));
        var (_, text) = _mesh.Run("explain", "--host", "greeting.shop", "-a", "user=jason");

        Assert.Equal("status 100: meltemi: over the local rate limit 'all-to-v1' (RL)", refused.Message);
        Assert.Contains("lets 1 in 3600 s through for each user, at most 1 at once\n", text);
    }

    [Fact]
    public async Task No_request_fails_when_the_controller_dies_and_none_when_it_is_back()
    {
        Apply("v1");
        await using var client = await ConnectAsync();
        using var ended = new CancellationTokenSource();
        var calls = 0;
        var calling = Task.Run(async () =>
        {
            for (; !ended.IsCancellationRequested; calls++) Assert.Equal("one", await WhoAsync(client));
        });

        await _mesh.KillControllerAsync();
        await MoreAsync();
        await _mesh.StartControllerAsync();
        await Safety.Until(() => _mesh.Run("proxy-status") is (0, var text) && text.Contains("Synced"), () => _mesh.Seen);
        await MoreAsync();
        await ended.CancelAsync();
        await calling;

        async Task MoreAsync()
        {
            var before = Volatile.Read(ref calls);
            await Safety.Until(() => calling.IsCompleted || Volatile.Read(ref calls) > before + 50, () => _mesh.Seen);
        }
    }

    [Fact]
    public async Task A_proxy_that_starts_while_no_controller_answers_serves_what_it_had()
    {
        Apply("v2");
        await _mesh.SavedAsync("all-to-v2");
        await _mesh.KillControllerAsync();
        await _mesh.KillProxyAsync();

        await _mesh.StartProxyAsync();

        await using var client = await ConnectAsync();
        Assert.Equal("two", await WhoAsync(client));
    }

    public async Task DisposeAsync()
    {
        await _mesh.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    private Task<DubboClient> ConnectAsync() => DubboClient.ConnectAsync(_address, 20880);

    private static async Task<string> WhoAsync(DubboClient client) => (await new GreetingClient(client).CallAsync(GreetingService.SayHello, "Ann", user: null)).Instance;

    private void Apply(string subset, string more = "")
    {
        var (exitCode, output) = _mesh.Run("apply", "-f", WriteRoutes(subset, more: more), "--wait", "2m");
        Assert.True(exitCode == 0, $"{output}\n{_mesh.Seen}");
        Assert.Contains("Programmed (1 of 1 proxy)", output);
    }

    private string WriteRoutes(string subset, string field = "routes", string more = "")
    {
        var file = Path.Combine(_mesh.Folder, $"routes-{subset}.yaml");
        File.WriteAllText(file, $$"""
            apiVersion: metaprotocol.aeraki.io/v1alpha1
            kind: MetaRouter
            metadata:
              name: greeting
            spec:
              hosts: [greeting.shop]
              {{field}}: [{ name: all-to-{{subset}}, route: [{ destination: { host: greeting.shop, subset: {{subset}} } }], {{more}} }]
            """);
        return file;
    }
}
