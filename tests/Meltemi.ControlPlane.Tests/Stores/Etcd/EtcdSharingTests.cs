using System.Text;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Etcd;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

/// <summary>Several controllers on one etcd.</summary>
public class EtcdSharingTests(EtcdServer server) : IClassFixture<EtcdServer>, IAsyncLifetime
{
    private readonly string _prefix = $"/test-{Guid.NewGuid():N}";
    private EtcdStore _one = null!;
    private EtcdStore _two = null!;

    public async Task InitializeAsync()
    {
        if (NeedsEtcdAttribute.SkipReason is not null) return;
        _one = EtcdServer.Open(server.Endpoint, _prefix);
        _two = EtcdServer.Open(server.Endpoint, _prefix);
        await Task.WhenAll(_one.Synced, _two.Synced);
    }

    public async Task DisposeAsync()
    {
        if (_one is null) return;
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [EtcdFact]
    public async Task What_one_writes_the_other_sees_just_so()
    {
        var made = await _one.PutAsync(Sample.Resource("a"), "", default);
        await _one.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("First"), default);
        await _two.UntilAsync(state => state.Resources.GetValueOrDefault(made.Key)?.Status is not null);

        var (here, there) = (_one.Current.Resources[made.Key], _two.Current.Resources[made.Key]);
        Assert.Equal(here.Meta, there.Meta with { Labels = here.Meta.Labels, Annotations = here.Meta.Annotations });
        Assert.Equal(here.Json.ToArray(), there.Json.ToArray());
        Assert.Equal(here.Status, there.Status);

        await _two.DeleteAsync(made.Key, there.Meta.ResourceVersion, default);
        await _one.UntilAsync(state => state.Resources.IsEmpty);
    }

    [EtcdFact]
    public async Task A_version_from_one_is_good_for_the_other_at_once()
    {
        var last = await _one.PutAsync(Sample.Resource("a", "h0"), "", default);
        for (var i = 1; i < 50; i++)
            last = await (i % 2 == 0 ? _one : _two).PutAsync(Sample.Resource("a", $"h{i}"), last.Meta.ResourceVersion, default);

        Assert.Equal(50, last.Meta.Generation);
    }

    [EtcdFact]
    public async Task Nobody_overwrites_what_he_has_not_seen()
    {
        await _one.PutAsync(Sample.Resource("a", "h0"), "", default);
        var wins = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var store = i % 2 == 0 ? _one : _two;
            for (var attempt = 0; attempt < 10; attempt++)
            {
                try
                {
                    var seen = store.Current.Resources.GetValueOrDefault(Sample.Key("a"));
                    if (seen is null) continue;
                    await store.PutAsync(Sample.Resource("a", $"h{i}-{attempt}"), seen.Meta.ResourceVersion, default);
                    Interlocked.Increment(ref wins);
                }
                catch (StoreException e) when (e.Error == StoreError.Conflict)
                {
                    // Somebody was faster.
                }
            }
        })));

        // Each success counted the generation once: none was lost.
        Assert.True(wins > 0);
        await _one.UntilAsync(state => state.Resources[Sample.Key("a")].Meta.Generation == 1 + wins);
    }

    [EtcdFact]
    public async Task Of_many_who_create_the_same_one_succeeds_whoever_asks_whom()
    {
        var attempts = Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            Record.ExceptionAsync(() => (i % 2 == 0 ? _one : _two).PutAsync(Sample.Resource("a", $"h{i}"), "", default))));

        var failures = await Task.WhenAll(attempts);

        Assert.Single(failures, failure => failure is null);
        Assert.All(failures, failure => Assert.True(failure is null or StoreException { Error: StoreError.AlreadyExists }));
    }

    [EtcdFact]
    public async Task A_value_that_is_no_resource_is_told_and_what_was_there_stays()
    {
        var made = await _one.PutAsync(Sample.Resource("a"), "", default);
        var key = $"{_prefix}/resources/metaprotocol.aeraki.io/metarouters/default";

        await server.PutAsync($"{key}/a", "scribble");
        await server.PutAsync($"{key}/b", Encoding.UTF8.GetString(ResourceText.ToJson(made)));
        await server.PutAsync($"{key}/c", Encoding.UTF8.GetString(Sample.Resource("c").Json.Span));
        await server.PutAsync($"{_prefix}/resources/core/things/default/d", "{}");
        await server.PutAsync($"{_prefix}/other", "x");
        await Wait.Until(() => _one.SourceProblems.Length == 5);

        Assert.Equal(
            [
                $"{_prefix}/other: the key begins with neither {_prefix}/resources/ nor {_prefix}/status/",
                $"{_prefix}/resources/core/things/default/d: there is no kind of resource with the plural 'things' in the group 'core'",
            ],
            Problems().Take(2));
        Assert.StartsWith($"{key}/a: ", Problems()[2], StringComparison.Ordinal);
        Assert.Equal($"{key}/b: the value is that of MetaRouter/default/a", Problems()[3]);
        Assert.StartsWith($"{key}/c: there is no metadata.uid: write resources by a controller", Problems()[4], StringComparison.Ordinal);
        Assert.Equal(made.Meta.ResourceVersion, _one.Current.Resources.Values.Single().Meta.ResourceVersion);

        await _two.UntilAsync(state => state.Revision >= _one.Current.Revision);
        await _two.PutAsync(Sample.Resource("a", "mended"), null, default);
        await _two.PutAsync(Sample.Resource("b"), "", default);
        await server.DeleteAsync($"{key}/c");
        await server.DeleteAsync($"{_prefix}/resources/core/things/default/d");
        await server.DeleteAsync($"{_prefix}/other");
        await Wait.Until(() => _one.SourceProblems.IsEmpty);
        Assert.Equal("mended", _one.Current.Host("a"));

        string[] Problems() => [.. _one.SourceProblems.Select(problem => $"{problem.Source}: {problem.Message}")];
    }

    [EtcdFact]
    public async Task Ten_thousand_resources_at_once_are_seen_and_listed()
    {
        var start = _one.Current.Revision;
        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancel) =>
            await _one.PutAsync(Sample.Resource($"a{i}"), "", cancel));

        // As when a copy is restored: a hundred in one transaction.
        var like = _one.Current.Resources[Sample.Key("a1")];
        var values = Enumerable.Range(500, 9500).Select(i => (Sample.Key($"a{i}"), EtcdValues.Write(Sample.Resource($"a{i}") with { Meta = like.Meta })));
        using var client = new EtcdClient(new() { Endpoints = [server.Endpoint] });
        var keys = new EtcdKeys(_prefix);
        foreach (var chunk in values.Chunk(100))
            await client.TxnAsync(new([], [.. chunk.Select(one => new RequestOp(new PutRequest(keys.Resource(one.Item1), one.Item2)))]), default);

        Assert.Equal(10_000, (await _two.TakeAsync(start, 10_000)).Length);
        await _one.UntilAsync(state => state.Resources.Count == 10_000);
        await using var three = EtcdServer.Open(server.Endpoint, _prefix);
        await three.Synced;
        Assert.Equal(_one.Current.Resources.Count, three.Current.Resources.Count);
        Assert.Equal(_one.Current.Revision, three.Current.Revision);
    }
}
