using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Etcd;

namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

/// <summary>What controllers on one etcd share beside the resources.</summary>
public class EtcdSharedTests(EtcdServer server) : IClassFixture<EtcdServer>, IAsyncLifetime
{
    private readonly string _prefix = $"/test-{Guid.NewGuid():N}";
    private readonly List<EtcdStore> _stores = [];

    public async Task InitializeAsync()
    {
        if (NeedsEtcdAttribute.SkipReason is not null) return;
        for (var i = 0; i < 2; i++) _stores.Add(await OpenAsync(server.Endpoint));
    }

    public async Task DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
    }

    [EtcdFact]
    public async Task Of_many_who_write_a_record_one_succeeds_and_everybody_knows_what_it_wrote()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var shared = Shared(i % 2);
            var won = await shared.TryWriteAsync([new("a", $"{i}", 0), new($"beside/{i}", "x", 0)], default);
            Assert.NotNull(shared.Find("a"));
            return won;
        }));

        var winner = Assert.Single(Enumerable.Range(0, 8), i => wins[i]);
        Assert.Equal(($"{winner}", $"{winner}"), (Shared(0).Find("a")!.Text, Shared(1).Find("a")!.Text));
        await Wait.Until(() => Shared(0).Names.Count == 2 && Shared(1).Names.Count == 2);
        Assert.Empty(_stores[0].SourceProblems);
    }

    [EtcdFact]
    public async Task What_a_controller_says_is_gone_soon_after_it_and_said_again_when_it_is_back()
    {
        await using var relay = new Relay(server.Endpoint.Port);
        var far = await OpenAsync(relay.Endpoint);
        _stores.Add(far);
        for (var i = 0; i < 250; i++) far.Shared!.Say($"said/{i}", "x");
        far.Shared!.Say("said/0", null);
        far.Shared!.Say("said/1", "y");
        await Wait.Until(() => Shared(0).Names.Count == 249 && Shared(0).Find("said/1")!.Text == "y");

        relay.Cut();
        await Wait.Until(() => Shared(0).Names.Count == 0, "what was said to be gone");
        far.Shared!.Say("said/2", "z");
        relay.Mend();

        await Wait.Until(() => Shared(0).Names.Count == 249 && Shared(0).Find("said/2")!.Text == "z");
        await far.DisposeAsync();
        await Wait.Until(() => Shared(0).Names.Count == 0, "what was said to be taken back");
    }

    [EtcdFact]
    public async Task Hosts_have_the_same_addresses_everywhere_however_their_hashes_collide()
    {
        string[] hosts = [.. Enumerable.Range(0, 14).Select(i => $"s{i}.shop.org")];
        var (one, two) = (Allocator(0), Allocator(1));

        await Task.WhenAll(SettleAsync(one, 0, hosts), SettleAsync(two, 1, [.. hosts.Reverse()]));

        var addresses = hosts.Select(host => one.Allocate(host)).ToArray();
        Assert.Equal(14, addresses.OfType<string>().Distinct().Count());
        Assert.Equal(addresses, hosts.Select(host => two.Allocate(host)));
        Assert.Equal(addresses, hosts.Select(host => Allocator(1).Allocate(host)));
        Assert.Empty(one.TakeClaims());
    }

    [EtcdFact]
    public async Task A_full_range_is_taken_from_hosts_that_are_no_more()
    {
        await SettleAsync(Allocator(0), 0, [.. Enumerable.Range(0, 14).Select(i => $"gone{i}.org")]);
        var now = Allocator(1);

        await SettleAsync(now, 1, ["new.org", "gone7.org"]);

        var address = now.Allocate("new.org");
        Assert.NotNull(address);
        Assert.NotEqual(address, now.Allocate("gone7.org"));
        Assert.Equal(address, Allocator(0).Allocate("new.org"));
        Assert.Equal(13, Shared(1).Names.Count(name => name.StartsWith("addresses/of/gone", StringComparison.Ordinal)));
    }

    [EtcdFact]
    public async Task A_host_whose_address_a_resource_takes_gets_another_one_the_same_everywhere()
    {
        var (one, two) = (Allocator(0), Allocator(1));
        await SettleAsync(one, 0, ["a.org"]);
        var before = two.Allocate("a.org")!;
        one.Reserve(before);
        two.Reserve(before);

        await Task.WhenAll(SettleAsync(one, 0, ["a.org"]), SettleAsync(two, 1, ["a.org"]));

        Assert.NotEqual(before, one.Allocate("a.org"));
        Assert.Equal(one.Allocate("a.org"), two.Allocate("a.org"));
        Assert.Null(Shared(0).Find($"addresses/at/{before}"));
    }

    private ISharedRecords Shared(int store) => _stores[store].Shared!;

    private AddressAllocator Allocator(int store) =>
        new(AddressRange.Parse("127.240.0.0/28"), TimeSpan.FromHours(1), TimeProvider.System, [], new(Shared(store)));

    // As the push side does it: asks for all, claims, and asks again for those that it lost.
    private async Task SettleAsync(AddressAllocator allocator, int store, string[] hosts)
    {
        while (hosts.Length > 0)
        {
            foreach (var host in hosts) allocator.Allocate(host);
            hosts = [.. await new SharedAddresses(Shared(store)).ClaimAsync(allocator.TakeClaims(), default)];
            foreach (var host in hosts) allocator.Lose(host);
        }
    }

    private async Task<EtcdStore> OpenAsync(Uri endpoint)
    {
        var store = EtcdServer.Open(new EtcdStoreOptions { Endpoints = [endpoint], Prefix = _prefix, LeaseTime = TimeSpan.FromSeconds(2) });
        await store.Synced;
        return store;
    }
}
