using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Push;

public sealed class ChangeFeedTests
{
    private static readonly Resource Stays = Given.Service("stays.org"), Goes = Given.Service("goes.org"), Comes = Given.Service("comes.org");

    [Fact]
    public async Task A_store_that_forgot_where_we_were_is_compared_as_a_whole()
    {
        var before = StateOf(5, Stays, Goes, Given.Service("changes.org"));
        var after = StateOf(9, Stays, Comes, Given.Service("changes.org", endpoints: ["10.0.0.9"]));
        var feed = new ChangeFeed(new ForgetfulStore(after), TimeProvider.System);
        using var limit = new CancellationTokenSource(Wait.Limit);

        await foreach (var changes in feed.ReadAsync(before, limit.Token))
        {
            Assert.Same(after, changes.State);
            Assert.Equal(
                ["changes.org: changed", "comes.org: created", "goes.org: deleted"],
                changes.Changes.Select(change => $"{change.Key.Name}: {(change.Before is null ? "created" : change.After is null ? "deleted" : "changed")}").Order(StringComparer.Ordinal));
            break;
        }
    }

    [Fact]
    public async Task Nothing_more_within_the_time_is_no_change()
    {
        var feed = new ChangeFeed(new MemoryStore(), TimeProvider.System);

        Assert.Null(await feed.MoreAsync(TimeSpan.FromMilliseconds(1), default));
        Assert.Null(await feed.MoreAsync(TimeSpan.Zero, default));
    }

    private static StoreState StateOf(long revision, params Resource[] resources) => new(revision, resources.ToImmutableDictionary(resource => resource.Key));

    /// <summary>A store that has only the newest state.</summary>
    private sealed class ForgetfulStore(StoreState state) : IResourceStore
    {
        public StoreState Current => state;

        public Task Synced => Task.CompletedTask;

        public string? ReadOnlyReason => null;

        public ImmutableArray<SourceProblem> SourceProblems => [];

        public event Action? SourceProblemsChanged
        {
            add
            {
            }
            remove
            {
            }
        }

        public async IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancel)
        {
            if (afterRevision < state.Revision) throw new RevisionGoneException(afterRevision, state.Revision);
            await Task.Delay(Timeout.Infinite, cancel);
            yield break;
        }

        public Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel) => throw new NotSupportedException();

        public Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
