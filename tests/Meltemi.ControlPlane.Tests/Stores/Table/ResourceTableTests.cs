using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Table;

namespace Meltemi.ControlPlane.Tests.Stores.Table;

public class ResourceTableTests
{
    [Fact]
    public async Task A_watch_that_begins_before_the_first_state_waits_for_it_and_must_list_then()
    {
        var table = new ResourceTable(new());
        await using var watch = table.WatchAsync(0, default).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        table.Load(StoreState.Empty with { Revision = 5 });

        var gone = await Assert.ThrowsAsync<RevisionGoneException>(() => next);
        Assert.Equal(5, gone.Oldest);
    }

    [Fact]
    public async Task A_watch_ends_when_the_state_is_replaced()
    {
        var table = Loaded(5);
        await using var watch = table.WatchAsync(5, default).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();

        table.Load(StoreState.Empty with { Revision = 3 });

        await Assert.ThrowsAsync<RevisionGoneException>(() => next);
    }

    [Fact]
    public async Task A_watch_that_is_cancelled_ends()
    {
        var table = Loaded(5);
        using var cancel = new CancellationTokenSource();
        await using var watch = table.WatchAsync(5, cancel.Token).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Who_reads_too_slowly_falls_out_of_the_history_and_the_others_do_not()
    {
        var table = new ResourceTable(new() { MaxRememberedChanges = 10 });
        table.Load(StoreState.Empty);
        await using var slow = table.WatchAsync(0, default).GetAsyncEnumerator();
        await using var fast = table.WatchAsync(0, default).GetAsyncEnumerator();
        Publish(table, 1);
        Assert.True(await slow.MoveNextAsync());
        Assert.True(await fast.MoveNextAsync());

        for (var revision = 2; revision <= 20; revision++)
        {
            Publish(table, revision);
            Assert.True(await fast.MoveNextAsync());
            Assert.Equal(revision, fast.Current.State.Revision);
        }

        await Assert.ThrowsAsync<RevisionGoneException>(() => slow.MoveNextAsync().AsTask());
    }

    [Fact]
    public async Task Many_who_watch_see_the_same_while_changes_go_on()
    {
        var table = Loaded(0);
        var watchers = Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            var seen = new List<long>();
            await foreach (var batch in table.WatchAsync(0, default))
            {
                seen.AddRange(batch.Changes.Select(change => change.Revision));
                if (batch.State.Revision == 500) break;
            }

            return seen;
        })).ToArray();

        for (var revision = 1; revision <= 500; revision++) Publish(table, revision);

        foreach (var seen in await Task.WhenAll(watchers)) Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), seen);
    }

    [Fact]
    public void A_revision_is_used_once()
    {
        var table = Loaded(5);

        Assert.Throws<ArgumentOutOfRangeException>(() => table.Publish(5, []));
    }

    private static ResourceTable Loaded(long revision)
    {
        var table = new ResourceTable(new());
        table.Load(StoreState.Empty with { Revision = revision });
        return table;
    }

    private static void Publish(ResourceTable table, long revision) =>
        table.Publish(revision, [new(revision, table.Find(Sample.Key("a")), Sample.Resource("a"))]);
}
