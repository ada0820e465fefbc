using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Stores.Files;
using Meltemi.ControlPlane.Tests.Xds.Server;
using Meltemi.Resources;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.ControlPlane.Tests.Hosting;

/// <summary>The whole control plane on files and loopback, with a client that says what a test tells it to.</summary>
public sealed class ControllerHostTests : IAsyncLifetime
{
    private const string Proxy = "sidecar~127.0.0.1~shop-1.default~default.svc.cluster.local";
    private readonly string _directory = Directory.CreateTempSubdirectory("meltemi-host-").FullName;
    private FileStore _store = null!;
    private ControllerHost _host = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Files);
        WriteRoutes("v1");
        File.WriteAllText(Path.Combine(Files, "service.yaml"), $"{Cart.Service}\n---\n{Cart.Rule}");
        _store = await FileStore.OpenAsync(new() { Directory = Files }, NullLogger.Instance);
        var options = new ControllerOptions
        {
            Xds = new IPEndPoint(IPAddress.Loopback, 0),
            Api = new IPEndPoint(IPAddress.Loopback, 0),
            Tls = new NoTls(),
            StateDirectory = Path.Combine(_directory, "state"),
        };
        _host = await ControllerHost.StartAsync(_store, options, NullLoggerFactory.Instance);
        _channel = new(new Uri($"http://{_host.XdsAddress}"));
    }

    [Fact]
    public async Task Without_proxies_a_good_resource_is_accepted_and_resolved_and_nobody_uses_it() =>
        await StatusAsync("Accepted True, Resolved True, Programmed unknown (no connected proxy uses it)");

    [Fact]
    public async Task What_a_proxy_acknowledges_is_programmed_and_a_change_sends_routes_only()
    {
        using var client = Cart.Connect(_channel);
        await Cart.SubscribeAsync(client, Proxy);
        await StatusAsync("Accepted True, Resolved True, Programmed True (1 of 1 proxy)");

        WriteRoutes("v2");

        Assert.Equal("RouteConfiguration +cart.shop_20880", await client.NextAsync(ack: false));
        await StatusAsync("Accepted True, Resolved True, Programmed unknown (0 of 1 proxy so far)");
        await client.SendAsync(XdsTypes.Route, nonce: client.Last.Nonce);
        await StatusAsync("Accepted True, Resolved True, Programmed True (1 of 1 proxy)");
    }

    [Fact]
    public async Task What_a_proxy_refuses_says_which_and_why()
    {
        using var client = Cart.Connect(_channel);
        await Cart.SubscribeAsync(client, Proxy);
        WriteRoutes("v2");
        await client.NextAsync(ack: false);

        await client.SendAsync(XdsTypes.Route, nonce: client.Last.Nonce, error: "cart.shop_20880: routes[0]: too hard");

        await StatusAsync($"Accepted True, Resolved True, Programmed False (0 of 1 proxy; {Proxy} refuses: cart.shop_20880: routes[0]: too hard)");
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_not_resolved_until_it_does()
    {
        WriteRoutes("v3");
        await StatusAsync(
            "Accepted True, Resolved False (spec.routes[0].route[0].destination.subset: cart.shop has no subset 'v3': there are v1, v2), "
            + "Programmed unknown (no connected proxy uses it)");

        WriteRoutes("v2");

        await StatusAsync("Accepted True, Resolved True, Programmed unknown (no connected proxy uses it)");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_says_so_on_the_resource_that_stays_in_force()
    {
        File.WriteAllText(Path.Combine(Files, "routes.yaml"), Cart.Routes("v2").Replace("[cart.shop]", "{ a: b }", StringComparison.Ordinal));

        await UntilAsync(() => Text().StartsWith("Accepted False (routes.yaml:", StringComparison.Ordinal));
        Assert.Contains("what was there before stays in force", Text());
        WriteRoutes("v2");
        await StatusAsync("Accepted True, Resolved True, Programmed unknown (no connected proxy uses it)");
    }

    [Fact]
    public async Task A_workload_is_programmed_where_its_service_is()
    {
        File.WriteAllText(Path.Combine(Files, "workload.yaml"), """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: pay }
            spec:
              hosts: [pay.shop]
              ports: [{ number: 20880, name: dubbo }]
              resolution: STATIC
              workloadSelector: { labels: { app: pay } }
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: { name: pay-1 }
            spec: { address: 127.0.0.9, labels: { app: pay } }
            """);
        await Wait.Until(() => _host.Push.Model.FindEndpoints(new("default", "pay.shop"))?.Endpoints.Length == 1);
        using var client = Cart.Connect(_channel);
        await client.SendAsync(XdsTypes.Cluster, id: Proxy);
        await client.NextAsync();
        await client.SendAsync(XdsTypes.Endpoints, ["outbound|20880||pay.shop"]);
        await client.NextAsync();

        await Wait.Until(() => _store.Current.Resources[new(ResourceKinds.WorkloadEntry, "default", "pay-1")].Status?.Conditions
            .Any(condition => condition is { Type: Condition.Programmed, Holds: true, Message: "1 of 1 proxy" }) == true);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string Files => Path.Combine(_directory, "mesh");

    private void WriteRoutes(string subset) => File.WriteAllText(Path.Combine(Files, "routes.yaml"), Cart.Routes(subset));

    private Task StatusAsync(string expected) => UntilAsync(() => Text() == expected, expected);

    private string Text() => Cart.Status(_store);

    private async Task UntilAsync(Func<bool> state, string expected = "")
    {
        using var limit = new CancellationTokenSource(Mesh.Limit);
        try
        {
            for (var revision = _store.Current.Revision; !state(); revision = _store.Current.Revision)
            {
                await using var changes = _store.WatchAsync(revision, limit.Token).GetAsyncEnumerator(limit.Token);
                if (!state()) await changes.MoveNextAsync();
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"expected {expected}, but it stays {Text()}");
        }
    }
}
