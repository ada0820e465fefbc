using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Etcd;
using Meltemi.ControlPlane.Tests.Resources;
using Meltemi.ControlPlane.Tests.Stores.Etcd;
using Meltemi.ControlPlane.Tests.Xds.Server;
using Meltemi.Resources;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.ControlPlane.Tests.Hosting;

/// <summary>Two controllers on one etcd are one control plane.</summary>
public sealed class SharedControllersTests : IAsyncLifetime
{
    private const string Good = "Accepted True, Resolved True, Programmed ";
    private readonly EtcdServer _etcd = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("meltemi-shared-").FullName;
    private readonly Stack<IAsyncDisposable> _open = new();
    private Relay _relay = null!;
    private Running _one = null!;
    private Running _two = null!;

    public async Task InitializeAsync()
    {
        if (NeedsEtcdAttribute.SkipReason is not null) return;
        await _etcd.InitializeAsync();
        _open.Push(_relay = new Relay(_etcd.Endpoint.Port));
        _one = await StartAsync(_etcd.Endpoint, "one");
        _two = await StartAsync(_relay.Endpoint, "two");
        foreach (var text in new[] { Cart.Service, Cart.Rule, Cart.Routes("v1") }) await _one.Store.PutAsync(Reading.Good(text), "", default);
        foreach (var controller in new[] { _one, _two })
        {
            await Wait.Until(
                () => controller.Host.Push.Model.FindHost("cart.shop") is { Services.Length: 1, DestinationRules.Length: 1, MetaRouters.Length: 1 },
                "both controllers to have taken up everything");
        }
    }

    public async Task DisposeAsync()
    {
        while (_open.TryPop(out var open)) await open.DisposeAsync();
        await _etcd.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [EtcdFact]
    public async Task A_status_counts_the_proxies_of_all_controllers()
    {
        using var first = await ConnectAsync(_one, 1);
        using var second = await ConnectAsync(_one, 2);
        using var third = await ConnectAsync(_two, 3);
        await StatusAsync("True (3 of 3 proxies)");

        await _two.Store.PutAsync(Reading.Good(Cart.Routes("v2")), null, default);
        foreach (var client in new[] { first, second }) Assert.Equal("RouteConfiguration +cart.shop_20880", await client.NextAsync());
        Assert.Equal("RouteConfiguration +cart.shop_20880", await third.NextAsync(ack: false));
        await StatusAsync("unknown (2 of 3 proxies so far)");

        await third.SendAsync(XdsTypes.Route, nonce: third.Last.Nonce, error: "too hard");
        await StatusAsync($"False (2 of 3 proxies; {IdOf(3)} refuses: too hard)");

        await _one.Store.PutAsync(Reading.Good(Cart.Routes("v1")), null, default);
        foreach (var client in new[] { first, second, third }) Assert.Equal("RouteConfiguration +cart.shop_20880", await client.NextAsync());
        await StatusAsync("True (3 of 3 proxies)");
    }

    [EtcdFact]
    public async Task A_controller_that_is_not_heard_of_any_more_counts_no_longer_until_it_is_back()
    {
        using var first = await ConnectAsync(_one, 1);
        using var second = await ConnectAsync(_two, 2);
        await StatusAsync("True (2 of 2 proxies)");

        _relay.Cut();
        await StatusAsync("True (1 of 1 proxy)", _one);

        _relay.Mend();
        await StatusAsync("True (2 of 2 proxies)");
    }

    [EtcdFact]
    public async Task Before_every_controller_has_spoken_of_it_nothing_is_programmed()
    {
        var slow = await StartAsync(_relay.Endpoint, "slow", leaseSeconds: 600);
        using var first = await ConnectAsync(_one, 1);
        await StatusAsync("True (1 of 1 proxy)", _one, _two, slow);

        // It hears of nothing for a while, but it lives.
        _relay.Hold();
        await _one.Store.PutAsync(Reading.Good(Cart.Routes("v2")), null, default);
        await first.NextAsync();
        await StatusAsync($"unknown (1 of 1 proxy so far; controller {slow.Store.Shared!.Self} has not taken it up yet)", _one);

        _relay.LetGo();
        await StatusAsync("True (1 of 1 proxy)", _one, _two, slow);
    }

    [EtcdFact]
    public async Task Services_have_the_same_addresses_with_all_controllers_also_after_a_restart()
    {
        string[] hosts = [.. Enumerable.Range(0, 12).Select(i => $"s{i}.shop")];
        await Task.WhenAll(hosts.Select((host, i) => (i % 2 == 0 ? _one : _two).Store.PutAsync(Reading.Good(Service(host)), "", default)));
        await Wait.Until(() => hosts.All(host => AddressOf(_one, host) is not null && AddressOf(_two, host) is not null), "addresses");
        var addresses = hosts.ToDictionary(host => host, host => AddressOf(_one, host));

        var three = await StartAsync(_etcd.Endpoint, "three");

        Assert.Equal(12, addresses.Values.Distinct().Count());
        Assert.All(hosts, host => Assert.Equal(addresses[host], AddressOf(_two, host)));
        Assert.All(hosts, host => Assert.Equal(addresses[host], AddressOf(three, host)));
    }

    private static string Service(string host) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: {{host}} }
        spec: { hosts: [{{host}}], ports: [{ number: 20880, name: dubbo }], resolution: STATIC, endpoints: [{ address: 10.0.0.1 }] }
        """;

    private static string? AddressOf(Running controller, string host) => controller.Host.Push.Model.FindHost(host)?.Services[0].AllocatedAddress;

    private static string IdOf(int proxy) => $"sidecar~127.0.0.{proxy}~shop-{proxy}.default~default.svc.cluster.local";

    private static async Task<DeltaClient> ConnectAsync(Running controller, int proxy)
    {
        var client = Cart.Connect(controller.Channel);
        await Cart.SubscribeAsync(client, IdOf(proxy));
        return client;
    }

    private async Task StatusAsync(string programmed, params Running[] seenBy)
    {
        foreach (var controller in seenBy.Length > 0 ? seenBy : [_one, _two])
        {
            var last = "";
            try
            {
                await Wait.Until(() => (last = Cart.Status(controller.Store)) == Good + programmed);
            }
            catch (Xunit.Sdk.XunitException)
            {
                Assert.Equal(Good + programmed, last);
            }
        }
    }

    private async Task<Running> StartAsync(Uri etcd, string name, int leaseSeconds = 2)
    {
        var store = EtcdServer.Open(new EtcdStoreOptions { Endpoints = [etcd], Prefix = "/mesh", LeaseTime = TimeSpan.FromSeconds(leaseSeconds) });
        _open.Push(store);
        var host = await ControllerHost.StartAsync(store, new()
        {
            Xds = new IPEndPoint(IPAddress.Loopback, 0),
            Api = new IPEndPoint(IPAddress.Loopback, 0),
            Tls = new NoTls(),
            StateDirectory = Path.Combine(_folder, name),
            Mesh = new() { VirtualAddresses = "127.240.0.0/28" },
        }, NullLoggerFactory.Instance);
        _open.Push(host);
        var running = new Running(store, host, new(new Uri($"http://{host.XdsAddress}")));
        _open.Push(running);
        return running;
    }

    private sealed record Running(IResourceStore Store, ControllerHost Host, GrpcChannel Channel) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Channel.Dispose();
            return default;
        }
    }
}
