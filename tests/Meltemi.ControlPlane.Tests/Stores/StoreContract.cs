using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Stores;

/// <summary>What every store does, whatever it keeps its resources in. One class for each store runs all of it.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private protected IResourceStore Store { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Store = await OpenAsync();
        await Store.Synced;
    }

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    private protected abstract Task<IResourceStore> OpenAsync();

    [StoreFact]
    public async Task What_is_created_is_there_with_uid_version_generation_and_time()
    {
        var before = Store.Current;

        var made = await Put(Sample.Resource("a"), "");

        var found = Store.Current.Resources[Sample.Key("a")];
        Assert.Same(made, found);
        Assert.True(Guid.TryParse(found.Meta.Uid, out _));
        Assert.Equal(1, found.Meta.Generation);
        Assert.Equal(Store.Current.Revision.ToString(), found.Meta.ResourceVersion);
        Assert.True(Store.Current.Revision > before.Revision);
        Assert.NotEqual(default, found.Meta.CreationTimestamp);
        Assert.Empty(before.Resources);
    }

    [StoreFact]
    public async Task Creating_what_exists_is_refused()
    {
        await Put(Sample.Resource("a"), "");

        await Fails(StoreError.AlreadyExists, "MetaRouter/default/a exists already", () => Put(Sample.Resource("a", "b"), ""));
    }

    [StoreFact]
    public async Task An_update_keeps_uid_and_time_and_counts_the_generation()
    {
        var made = await Put(Sample.Resource("a"), "");

        var changed = await Put(Sample.Resource("a", "b"), made.Meta.ResourceVersion);

        Assert.Equal(2, changed.Meta.Generation);
        Assert.Equal(made.Meta.Uid, changed.Meta.Uid);
        Assert.Equal(made.Meta.CreationTimestamp, changed.Meta.CreationTimestamp);
        Assert.True(Version(changed) > Version(made));
    }

    [StoreFact]
    public async Task A_change_of_labels_only_is_no_new_generation()
    {
        var made = await Put(Sample.Resource("a"), "");

        var changed = await Put(Sample.Resource("a", labels: """{"x":"1"}"""), null);

        Assert.Equal(1, changed.Meta.Generation);
        Assert.True(Version(changed) > Version(made));
    }

    [StoreFact]
    public async Task A_write_that_changes_nothing_keeps_the_version()
    {
        var made = await Put(Sample.Resource("a"), "");

        var again = await Put(Sample.Resource("a", extra: $$""","uid":"{{made.Meta.Uid}}","resourceVersion":"1","generation":7"""), null);

        Assert.Equal(Version(made), Version(again));
        Assert.Equal(Version(made), Store.Current.Revision);
    }

    [StoreFact]
    public async Task An_update_of_another_version_conflicts()
    {
        var made = await Put(Sample.Resource("a"), "");
        var changed = await Put(Sample.Resource("a", "b"), null);

        await Fails(
            StoreError.Conflict,
            $"MetaRouter/default/a was changed by somebody else: it is at version {Version(changed)}, not {Version(made)}",
            () => Put(Sample.Resource("a", "c"), made.Meta.ResourceVersion));
        Assert.Equal("b", Store.Current.Resources[Sample.Key("a")].Host());
    }

    [StoreFact]
    public async Task An_update_of_what_was_made_anew_conflicts()
    {
        var made = await Put(Sample.Resource("a"), "");
        await Store.DeleteAsync(made.Key, null, default);
        var second = await Put(Sample.Resource("a"), "");

        Assert.NotEqual(made.Meta.Uid, second.Meta.Uid);
        var stale = Sample.Resource("a", "b") with { Meta = new() { Uid = made.Meta.Uid } };
        await Fails(StoreError.Conflict, "deleted and created again", () => Put(stale, null));
    }

    [StoreFact]
    public async Task What_does_not_exist_cannot_be_updated_at_a_version_nor_deleted()
    {
        await Fails(StoreError.NotFound, "there is no MetaRouter/default/a", () => Put(Sample.Resource("a"), "1"));
        await Fails(StoreError.NotFound, "there is no MetaRouter/default/a", () => Store.DeleteAsync(Sample.Key("a"), null, default));
    }

    [StoreFact]
    public async Task A_delete_answers_what_was_there()
    {
        var made = await Put(Sample.Resource("a"), "");
        await Fails(StoreError.Conflict, "changed by somebody else", () => Store.DeleteAsync(made.Key, "1", default));

        var deleted = await Store.DeleteAsync(made.Key, made.Meta.ResourceVersion, default);

        Assert.Equal(made.Meta.Uid, deleted.Meta.Uid);
        Assert.Empty(Store.Current.Resources);
    }

    [StoreFact]
    public async Task A_status_stands_beside_the_spec()
    {
        var made = await Put(Sample.Resource("a"), "");
        await Store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("First"), default);

        var told = Store.Current.Resources[made.Key];
        Assert.Equal(Sample.Status("First"), told.Status);
        Assert.Equal(1, told.Meta.Generation);
        Assert.True(Version(told) > Version(made));

        var changed = await Put(Sample.Resource("a", "b") with { Status = Sample.Status("Ignored") }, told.Meta.ResourceVersion);
        Assert.Equal(Sample.Status("First"), changed.Status);

        var changes = await Store.TakeAsync(Version(made), 2);
        Assert.Equal([true, false], changes.Select(change => change.StatusOnly));
    }

    [StoreFact]
    public async Task A_status_that_says_the_same_or_is_about_something_else_changes_nothing()
    {
        var made = await Put(Sample.Resource("a"), "");
        await Store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("First"), default);
        var revision = Store.Current.Revision;

        await Store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("First"), default);
        await Store.PutStatusAsync(made.Key, Guid.NewGuid().ToString(), Sample.Status("Second"), default);
        await Store.PutStatusAsync(Sample.Key("b"), made.Meta.Uid, Sample.Status("Second"), default);

        Assert.Equal(revision, Store.Current.Revision);
    }

    [StoreFact]
    public async Task A_watch_tells_what_happened_in_order_and_can_be_resumed()
    {
        var start = Store.Current.Revision;
        var made = await Put(Sample.Resource("a"), "");
        var changed = await Put(Sample.Resource("a", "b"), null);
        await Store.DeleteAsync(made.Key, null, default);

        var all = await Store.TakeAsync(start, 3);
        var rest = await Store.TakeAsync(Version(made), 2);

        Assert.Equal([(false, true), (true, true), (true, false)], all.Select(change => (change.Before is not null, change.After is not null)));
        Assert.Equal(all[1..].Select(change => change.Revision), rest.Select(change => change.Revision));
        Assert.Equal([Version(made), Version(changed), Store.Current.Revision], all.Select(change => change.Revision));
    }

    [StoreFact]
    public async Task A_watch_from_a_revision_that_was_never_reached_or_is_forgotten_says_gone()
    {
        await Put(Sample.Resource("a"), "");

        await Assert.ThrowsAsync<RevisionGoneException>(() => Store.TakeAsync(Store.Current.Revision + 1, 1));
        await Assert.ThrowsAsync<RevisionGoneException>(() => Store.TakeAsync(0, 1));
    }

    [StoreFact]
    public async Task A_resource_that_is_too_large_is_refused()
    {
        await Put(Sample.Resource("a"), "");
        await Fails(StoreError.TooLarge, "a resource may have at most 1572864: split it", () => Put(Sample.Large("a"), null));
        Assert.Equal("a", Store.Current.Resources[Sample.Key("a")].Host());
    }

    [StoreFact]
    public async Task Of_many_who_create_the_same_one_succeeds()
    {
        var attempts = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                await Put(Sample.Resource("a", $"h{i}"), "");
                return true;
            }
            catch (StoreException e) when (e.Error == StoreError.AlreadyExists)
            {
                return false;
            }
        }));

        Assert.Single(await Task.WhenAll(attempts), won => won);
    }

    [StoreFact]
    public async Task Whatever_is_done_the_store_and_who_watches_it_agree_with_a_model()
    {
        var random = new Random(1);
        var model = new Dictionary<ResourceKey, (string Host, long Generation, string? Status)>();
        var start = Store.Current.Revision;
        for (var i = 0; i < 300; i++) await StepAsync(random, model);

        Assert.Equal(model, Seen(Store.Current.Resources.Values));
        var replayed = new Dictionary<ResourceKey, Resource>();
        foreach (var change in await Store.TakeAsync(start, Store.Current.Revision > start ? 1 : 0, Store.Current.Revision))
        {
            Assert.Equal(replayed.GetValueOrDefault(change.Key)?.Meta.ResourceVersion, change.Before?.Meta.ResourceVersion);
            if (change.After is null)
                replayed.Remove(change.Key);
            else
                replayed[change.Key] = change.After;
        }

        Assert.Equal(model, Seen(replayed.Values));
    }

    private async Task StepAsync(Random random, Dictionary<ResourceKey, (string Host, long Generation, string? Status)> model)
    {
        var name = "abc"[random.Next(3)].ToString();
        var key = Sample.Key(name);
        var there = model.TryGetValue(key, out var old);
        switch (random.Next(4))
        {
            case 0:
                var created = await Record.ExceptionAsync(() => Put(Sample.Resource(name, "new"), ""));
                Assert.Equal(there, created is StoreException { Error: StoreError.AlreadyExists });
                if (!there) model[key] = ("new", 1, null);
                break;
            case 1:
                var host = "xyz"[random.Next(3)].ToString();
                await Put(Sample.Resource(name, host), null);
                model[key] = there ? (host, old.Generation + (old.Host == host ? 0 : 1), old.Status) : (host, 1, null);
                break;
            case 2 when there:
                await Store.DeleteAsync(key, Store.Current.Resources[key].Meta.ResourceVersion, default);
                model.Remove(key);
                break;
            case 3 when there:
                var reason = $"R{random.Next(3)}";
                await Store.PutStatusAsync(key, Store.Current.Resources[key].Meta.Uid, Sample.Status(reason), default);
                model[key] = old with { Status = reason };
                break;
        }
    }

    private static Dictionary<ResourceKey, (string Host, long Generation, string? Status)> Seen(IEnumerable<Resource> resources) =>
        resources.ToDictionary(one => one.Key, one => (one.Host(), one.Meta.Generation, one.Status?.Conditions[0].Reason));

    private protected Task<Resource> Put(Resource resource, string? expectedVersion) => Store.PutAsync(resource, expectedVersion, default);

    private protected static long Version(Resource resource) => long.Parse(resource.Meta.ResourceVersion);

    private protected static async Task Fails(StoreError error, string message, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(action);
        Assert.Equal(error, failure.Error);
        Assert.Contains(message, failure.Message);
    }
}
