using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Etcd;
using Meltemi.ControlPlane.Tests.Stores.Files;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

/// <summary>etcd goes away, comes back, comes back as another one.</summary>
public class EtcdFailureTests : IAsyncLifetime
{
    private const string Prefix = "/meltemi";

    private readonly EtcdServer _server = new();
    private readonly CapturedLog _log = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync();

    [EtcdFact]
    public async Task Killed_and_started_again_it_is_followed_from_where_it_was()
    {
        await _server.StartAsync();
        await using var store = EtcdServer.Open(_server.Endpoint, Prefix, _log);
        await store.Synced;
        var made = await store.PutAsync(Sample.Resource("a"), "", default);
        await using var watch = store.WatchAsync(store.Current.Revision, default).GetAsyncEnumerator();

        await _server.KillAsync();
        await Wait.Until(() => store.ReadOnlyReason is not null);
        Assert.Contains("resources are served as they were", store.ReadOnlyReason);
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Sample.Resource("a", "x"), null, default));
        Assert.Equal(StoreError.ReadOnly, failure.Error);
        Assert.StartsWith("MetaRouter/default/a was not written: etcd at ", failure.Message, StringComparison.Ordinal);
        Assert.Same(made, store.Current.Resources[made.Key]);

        await _server.StartAsync();
        await Wait.Until(() => store.ReadOnlyReason is null);
        await store.PutAsync(Sample.Resource("a", "y"), made.Meta.ResourceVersion, default);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("y", watch.Current.Changes.Single().After!.Host());
        Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [EtcdFact]
    public async Task Who_was_away_while_it_was_compacted_lists_again_and_tells_the_difference()
    {
        await _server.StartAsync();
        await using var relay = new Relay(_server.Endpoint.Port);
        await using var near = EtcdServer.Open(_server.Endpoint, Prefix);
        await using var far = EtcdServer.Open(relay.Endpoint, Prefix, _log);
        await Task.WhenAll(near.Synced, far.Synced);
        foreach (var name in new[] { "kept", "changed", "deleted", "renewed" }) await near.PutAsync(Sample.Resource(name), "", default);
        await far.UntilAsync(state => state.Resources.Count == 4);
        var before = far.Current;

        relay.Cut();
        await Wait.Until(() => far.ReadOnlyReason is not null);
        await near.PutAsync(Sample.Resource("changed", "x"), null, default);
        await near.DeleteAsync(Sample.Key("deleted"), null, default);
        await near.DeleteAsync(Sample.Key("renewed"), null, default);
        await near.PutAsync(Sample.Resource("renewed"), "", default);
        await near.PutAsync(Sample.Resource("new"), "", default);
        await _server.CompactAsync(near.Current.Revision);
        relay.Mend();

        var changes = await far.TakeAsync(before.Revision, 1);
        Assert.Equal(["changed", "deleted", "new", "renewed"], changes.Select(change => change.Key.Name).Order());
        Assert.Equal(changes.Select(change => change.Revision).Order(), changes.Select(change => change.Revision));
        Assert.NotEqual(before.Resources[Sample.Key("renewed")].Meta.Uid, far.Current.Resources[Sample.Key("renewed")].Meta.Uid);
        Assert.Same(before.Resources[Sample.Key("kept")], far.Current.Resources[Sample.Key("kept")]);
        Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [EtcdFact]
    public async Task A_server_that_does_not_answer_any_more_is_noticed()
    {
        await _server.StartAsync();
        await using var relay = new Relay(_server.Endpoint.Port);
        await using var store = EtcdServer.Open(Quick(relay.Endpoint));
        await store.Synced;

        relay.Hold();
        await Wait.Until(() => store.ReadOnlyReason is not null);
        Assert.Contains("no answer within 0.5 s", store.ReadOnlyReason);
        relay.LetGo();

        await Wait.Until(() => store.ReadOnlyReason is null);
        await store.PutAsync(Sample.Resource("a"), "", default);
    }

    [EtcdFact]
    public async Task A_write_without_an_answer_says_that_nobody_knows()
    {
        await _server.StartAsync();
        await using var relay = new Relay(_server.Endpoint.Port);
        await using var store = EtcdServer.Open(Quick(relay.Endpoint) with { CheckInterval = TimeSpan.FromMinutes(1) });
        await store.Synced;

        relay.Hold();
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Sample.Resource("a"), "", default));

        Assert.Equal(StoreError.Failed, failure.Error);
        Assert.Contains("did not answer, and MetaRouter/default/a may or may not have been written: read it again", failure.Message);
    }

    [EtcdFact]
    public async Task Of_several_servers_one_that_answers_is_used()
    {
        await _server.StartAsync();
        var nobody = new Uri($"http://127.0.0.1:{EtcdServer.FreePort()}");
        await using var store = EtcdServer.Open(new EtcdStoreOptions { Endpoints = [nobody, _server.Endpoint], Prefix = Prefix });

        await store.Synced.WaitAsync(Wait.Limit);

        await store.PutAsync(Sample.Resource("a"), "", default);
    }

    [EtcdFact]
    public async Task Before_it_answers_for_the_first_time_there_is_nothing_and_the_reason_is_told()
    {
        await using var store = EtcdServer.Open(_server.Endpoint, Prefix, _log);
        await Wait.Until(() => !_log.Lines.IsEmpty);
        Assert.False(store.Synced.IsCompleted);
        Assert.Contains("Connection refused", store.ReadOnlyReason);

        await _server.StartAsync();

        await store.Synced.WaitAsync(Wait.Limit);
        await store.PutAsync(Sample.Resource("a"), "", default);
        Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [EtcdFact]
    public async Task A_server_with_other_data_begins_anew()
    {
        await _server.StartAsync();
        await using var store = EtcdServer.Open(_server.Endpoint, Prefix);
        await store.Synced;
        await store.PutAsync(Sample.Resource("a"), "", default);
        for (var i = 0; i < 5; i++) await store.PutAsync(Sample.Resource("b", $"h{i}"), null, default);
        var revision = store.Current.Revision;

        await _server.KillAsync();
        _server.Wipe();
        await _server.StartAsync();

        await Assert.ThrowsAsync<RevisionGoneException>(() => store.TakeAsync(revision, 1));
        await Wait.Until(() => store.Current.Resources.IsEmpty && store.ReadOnlyReason is null);
        await store.PutAsync(Sample.Resource("c"), "", default);
    }

    private static EtcdStoreOptions Quick(Uri endpoint) => new()
    {
        Endpoints = [endpoint],
        Prefix = Prefix,
        CheckInterval = TimeSpan.FromMilliseconds(50),
        RequestTimeout = TimeSpan.FromSeconds(0.5),
    };
}
