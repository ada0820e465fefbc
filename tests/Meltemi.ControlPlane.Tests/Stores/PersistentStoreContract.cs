using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Stores;

/// <summary>What every store does that outlives the program.</summary>
public abstract class PersistentStoreContract : StoreContract
{
    [StoreFact]
    public async Task After_a_restart_everything_is_as_it_was_and_watches_go_on()
    {
        var made = await Put(Sample.Resource("a"), "");
        await Put(Sample.Resource("b"), "");
        await Put(Sample.Resource("b", "c"), null);
        await Store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("First"), default);
        var before = Store.Current;

        await ReopenAsync();

        Assert.Equal(before.Revision, Store.Current.Revision);
        foreach (var (key, resource) in before.Resources)
        {
            var now = Store.Current.Resources[key];
            Assert.Equal(resource.Json.ToArray(), now.Json.ToArray());
            Assert.Equal(resource.Status, now.Status);
            Assert.Equal(resource.Meta with { Labels = now.Meta.Labels, Annotations = now.Meta.Annotations }, now.Meta);
        }

        await Put(Sample.Resource("a", "d"), before.Resources[made.Key].Meta.ResourceVersion);
        var changes = await Store.TakeAsync(before.Revision, 1);
        Assert.Equal("d", changes.Single().After!.Host());
    }

    [StoreFact]
    public async Task After_a_restart_what_was_before_cannot_be_watched_any_more()
    {
        var start = Store.Current.Revision;
        await Put(Sample.Resource("a"), "");

        await ReopenAsync();

        await Assert.ThrowsAsync<RevisionGoneException>(() => Store.TakeAsync(start, 1));
    }

    private protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
        await Store.Synced;
    }
}
