using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Table;

namespace Meltemi.ControlPlane.Tests.Stores.Table;

public class ChangeHistoryTests
{
    [Fact]
    public void It_remembers_as_many_changes_as_its_limit_says()
    {
        var history = Filled(new() { MaxRememberedChanges = 3 }, batches: 5, changesInEach: 1);

        Assert.Equal(3, history.After(2)!.State.Revision);
        var gone = Assert.Throws<RevisionGoneException>(() => history.After(1));
        Assert.Equal(2, gone.Oldest);
    }

    [Fact]
    public void It_remembers_as_many_bytes_as_its_limit_says()
    {
        var history = Filled(new() { MaxRememberedBytes = 1500 }, batches: 50, changesInEach: 1);

        Assert.NotNull(history.After(48));
        Assert.Throws<RevisionGoneException>(() => history.After(40));
    }

    [Fact]
    public void The_newest_batch_is_remembered_however_large_it_is()
    {
        var history = Filled(new() { MaxRememberedChanges = 3, MaxRememberedBytes = 10 }, batches: 2, changesInEach: 100);

        Assert.Equal(100, history.After(100)!.Changes.Length);
        Assert.Throws<RevisionGoneException>(() => history.After(99));
    }

    [Fact]
    public void Within_a_batch_only_the_later_changes_are_answered()
    {
        var history = Filled(new(), batches: 2, changesInEach: 10);

        Assert.Equal([14, 15, 16, 17, 18, 19, 20], history.After(13)!.Changes.Select(change => change.Revision));
    }

    [Fact]
    public void The_newest_revision_has_nothing_after_it_and_a_later_one_was_never_reached()
    {
        var history = Filled(new(), batches: 2, changesInEach: 1);

        Assert.Null(history.After(2));
        Assert.Throws<RevisionGoneException>(() => history.After(3));
    }

    [Fact]
    public void After_a_reset_only_what_follows_can_be_watched()
    {
        var history = Filled(new(), batches: 3, changesInEach: 1);
        history.Reset(7);

        Assert.Null(history.After(7));
        Assert.Throws<RevisionGoneException>(() => history.After(3));
    }

    private static ChangeHistory Filled(StoreLimits limits, int batches, int changesInEach)
    {
        var history = new ChangeHistory(limits);
        var revision = 0L;
        for (var batch = 0; batch < batches; batch++)
        {
            var changes = Enumerable.Range(0, changesInEach).Select(_ => new StoreChange(++revision, null, Sample.Resource("a"))).ToArray();
            history.Add(new(StoreState.Empty with { Revision = revision }, [.. changes]));
        }

        return history;
    }
}
