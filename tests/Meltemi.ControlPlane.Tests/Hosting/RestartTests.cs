using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Stores.Files;
using Meltemi.ControlPlane.Tests.Xds.Server;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.ControlPlane.Tests.Hosting;

/// <summary>A controller that is started again: its clients have everything already, and are sent nothing but what changed meanwhile.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private const string Proxy = "sidecar~127.0.0.1~shop-1.default~default.svc.cluster.local";

    // Its address is given by the controller: it has to be the same again.
    private const string Pay = """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: pay }
        spec: { hosts: [pay.shop], ports: [{ number: 20880, name: dubbo }], resolution: STATIC, endpoints: [{ address: 10.0.0.1 }] }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("meltemi-restart-").FullName;
    private FileStore _store = null!;
    private ControllerHost _host = null!;
    private GrpcChannel _channel = null!;

    private string Files => Path.Combine(_directory, "mesh");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Files);
        Write("cart", $"{Cart.Service}\n---\n{Cart.Rule}\n---\n{Cart.Routes("v1")}");
        Write("pay", Pay);
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Nothing_is_sent_again_and_yet_the_status_is_that_everything_is_in_force()
    {
        var held = await EverythingAsync();
        await StopAsync();
        await StartAsync();

        using var client = Cart.Connect(_channel);
        await ComeBackAsync(client, held, XdsTypes.InOrder.ToDictionary(type => type, Mesh.Short));

        await StatusAsync();
        Write("pay", Pay.Replace("10.0.0.1", "10.0.0.2"));
        Assert.Equal("ClusterLoadAssignment +outbound|20880||pay.shop", await client.NextAsync());
    }

    [Fact]
    public async Task What_changed_meanwhile_is_sent_and_nothing_else()
    {
        var held = await EverythingAsync();
        await StopAsync();
        Write("pay", Pay.Replace("10.0.0.1", "10.0.0.2"));
        await StartAsync();

        using var client = Cart.Connect(_channel);
        var expected = XdsTypes.InOrder.ToDictionary(type => type, Mesh.Short);
        expected[XdsTypes.Endpoints] += " +outbound|20880||pay.shop";
        await ComeBackAsync(client, held, expected);
        await StatusAsync();
    }

    [Fact]
    public async Task The_state_of_the_world_has_the_same_versions()
    {
        var before = await WorldAsync();
        await StopAsync();
        await StartAsync();

        Assert.Equal(before, await WorldAsync());
    }

    private static async Task ComeBackAsync(DeltaClient client, Dictionary<string, Dictionary<string, string>> held, Dictionary<string, string> answers)
    {
        foreach (var type in XdsTypes.InOrder)
        {
            var wildcard = type is XdsTypes.Cluster or XdsTypes.Listener;
            await client.SendAsync(type, wildcard ? [] : [.. held[type].Keys], held: held[type], id: Proxy);
            Assert.Equal(answers[type], await client.NextAsync());
        }
    }

    /// <summary>Connects, takes and accepts everything; answers the versions.</summary>
    private async Task<Dictionary<string, Dictionary<string, string>>> EverythingAsync()
    {
        using var client = Cart.Connect(_channel);
        var held = new Dictionary<string, Dictionary<string, string>>();
        foreach (var type in XdsTypes.InOrder)
        {
            string[] names = type switch
            {
                XdsTypes.Endpoints => [.. held[XdsTypes.Cluster].Keys],
                XdsTypes.Route => ["cart.shop_20880", "pay.shop_20880"],
                _ => [],
            };
            await client.SendAsync(type, names, id: Proxy);
            await client.NextAsync();
            held[type] = client.Last.Resources.ToDictionary(resource => resource.Name, resource => resource.Version);
        }

        Assert.Equal([4, 4, 2, 2], XdsTypes.InOrder.Select(type => held[type].Count));
        return held;
    }

    private async Task<List<string>> WorldAsync()
    {
        using var client = new SotwClient(_channel.Open(Methods.Ads), Proxy);
        var versions = new List<string>();
        foreach (var (type, names) in new (string, string[])[]
        {
            (XdsTypes.Cluster, []), (XdsTypes.Endpoints, ["outbound|20880||pay.shop", "outbound|20880|v1|cart.shop"]), (XdsTypes.Listener, []),
            (XdsTypes.Route, ["cart.shop_20880", "pay.shop_20880"]),
        })
        {
            await client.SendAsync(type, names);
            versions.Add($"{await client.NextAsync()}: {client.Last.VersionInfo}");
        }

        return versions;
    }

    private Task StatusAsync() => Wait.Until(() => Cart.Status(_store) == "Accepted True, Resolved True, Programmed True (1 of 1 proxy)");

    private async Task StartAsync()
    {
        _store = await FileStore.OpenAsync(new() { Directory = Files }, NullLogger.Instance);
        _host = await ControllerHost.StartAsync(_store, new()
        {
            Xds = new IPEndPoint(IPAddress.Loopback, 0),
            Api = new IPEndPoint(IPAddress.Loopback, 0),
            Tls = new NoTls(),
            StateDirectory = Path.Combine(_directory, "state"),
        }, NullLoggerFactory.Instance);
        _channel = new(new Uri($"http://{_host.XdsAddress}"));
    }

    private async Task StopAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
        await _store.DisposeAsync();
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Files, $"{name}.yaml"), text);
}
