using Envoy.Config.Core.V3;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Stores;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>The push side as a whole, on a store that changes.</summary>
public sealed class PushServerTests : IAsyncDisposable
{
    private const string Cart = "cart.shop.org", Cluster = "outbound|20880||" + Cart;

    private readonly MemoryStore _store = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("meltemi-push-").FullName;
    private PushServer _server;

    public PushServerTests() => _server = Start();

    [Fact]
    public async Task What_is_put_into_the_store_reaches_the_clients()
    {
        await _store.PutAsync(Given.Service(Cart), null, default);
        await _server.Ready;
        using var client = new Client(_server);
        await client.UntilAsync(() => client.View.Current.Find(XdsTypes.Cluster, Cluster) is not null);

        await _store.PutAsync(Given.Service(Cart, endpoints: ["10.0.0.7"]), null, default);

        await client.UntilAsync(() => client.View.Current.Find(XdsTypes.Endpoints, Cluster)!.Body.ToStringUtf8().Contains("10.0.0.7", StringComparison.Ordinal));
        await client.UntilAsync(() => _server.Model.Revision == _store.Current.Revision);
    }

    [Fact]
    public async Task A_burst_is_pushed_at_once()
    {
        await _server.Ready;
        using var client = new Client(_server);

        for (var i = 0; i < 100; i++) await _store.PutAsync(Given.Service($"s{i}.shop.org"), null, default);
        await client.UntilAsync(() => client.View.Current.All(XdsTypes.Cluster).Count == 100);

        Assert.InRange(client.Notified, 1, 20);
    }

    [Fact]
    public async Task A_service_has_the_same_address_after_a_restart_whatever_else_came_before_it()
    {
        await _store.PutAsync(Given.Service(Cart), null, default);
        await _server.Ready;
        var before = await AddressAsync();
        await _server.DisposeAsync();

        _server = Start();
        await _server.Ready;

        Assert.Equal(before, await AddressAsync());
        Assert.Contains(before, File.ReadAllText(Path.Combine(_folder, "addresses")));

        async Task<string> AddressAsync()
        {
            await Wait.Until(() => Address() is not null, "the service to have an address");
            return Address()!;
        }

        string? Address() => _server.Model.FindHost(Cart)?.Services[0].AllocatedAddress;
    }

    [Fact]
    public async Task Clients_say_what_they_hold_and_why_they_refuse()
    {
        await _server.Ready;
        using var client = new Client(_server);
        client.View.Accepted(XdsTypes.Cluster, new Dictionary<string, string> { ["a"] = "1" });
        client.View.Refused(XdsTypes.Listener, new Dictionary<string, string> { ["b"] = "2" }, "no such filter");

        var proxy = Assert.Single(_server.FindProxies(Client.Id));
        Assert.Equal("1", proxy.States[XdsTypes.Cluster].Held["a"]);
        Assert.Equal("no such filter", proxy.States[XdsTypes.Listener].Refusal);

        client.View.Accepted(XdsTypes.Listener, new Dictionary<string, string> { ["b"] = "3" });
        Assert.Null(proxy.States[XdsTypes.Listener].Refusal);
        client.Dispose();
        Assert.Empty(_server.Proxies);
    }

    [Fact]
    public void A_node_that_is_none_is_refused() =>
        Assert.Throws<XdsRefusedException>(() => _server.Open(new Node { Id = "me" }, () => { }));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private PushServer Start()
    {
        var server = new PushServer(_store, new() { Ledger = new AddressFile(Path.Combine(_folder, "addresses")) }, TimeProvider.System, FailingLog.Instance);
        server.Start();
        return server;
    }

    private sealed class Client : IDisposable
    {
        public const string Id = "sidecar~10.9.0.1~app.shop~shop.svc.cluster.local";

        private readonly SemaphoreSlim _changed = new(0);

        public Client(PushServer server) => View = server.Open(new() { Id = Id }, () =>
        {
            Notified++;
            _changed.Release();
        });

        public IXdsView View { get; }

        public int Notified { get; private set; }

        public async Task UntilAsync(Func<bool> holds)
        {
            using var limit = new CancellationTokenSource(Wait.Limit);
            while (!holds()) await _changed.WaitAsync(limit.Token);
        }

        public void Dispose() => View.Dispose();
    }
}
