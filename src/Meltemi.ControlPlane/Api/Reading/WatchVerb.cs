using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>
/// Tells a client of every change until it leaves or its time is over. A watch holds no queue: it reads the store's history at its own pace, and
/// one that falls behind what the store remembers ends with <c>410 Gone</c>. While nothing happens it is a waiting task.
/// </summary>
internal sealed class WatchVerb(IResourceStore store, ApiOptions options, CancellationToken stopping)
{
    private int _open;

    public async Task RunAsync(ApiRequest request)
    {
        var start = WatchStart.Of(request, store.Current);
        var shown = Representations.Choose(request);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Cancel, stopping);
        end.CancelAfter(Life(request));
        try
        {
            if (Interlocked.Increment(ref _open) > options.MaxWatches) throw Failure.TooManyWatches(options.MaxWatches);
            await FollowAsync(start, new(request.Http, shown), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The ordinary end: of its time, of the client, of the server.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(WatchStart start, WatchStream stream, CancellationToken cancel)
    {
        await stream.StartAsync(cancel);
        var revision = start.InitialEvents ? await WriteInitialAsync(start, stream, cancel) : start.AfterRevision;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var changes = new ChangeReader(store.WatchAsync(revision, reading.Token), reading);
        try
        {
            await FollowAsync(start, revision, changes, stream, cancel);
        }
        catch (RevisionGoneException e)
        {
            await stream.WriteErrorAsync(new(410, "Expired", $"too old resource version: {e.Message}"), cancel);
        }
    }

    private async Task<long> WriteInitialAsync(WatchStart start, WatchStream stream, CancellationToken cancel)
    {
        var state = store.Current;
        foreach (var resource in KindObjects.Select(state, start.Filter)) await stream.WriteAsync(new("ADDED", resource), cancel);
        if (start.MarkInitialEnd) await stream.WriteBookmarkAsync(state.Revision, initialEventsEnd: true, cancel);
        await stream.FlushAsync(cancel);
        return state.Revision;
    }

    private async Task FollowAsync(WatchStart start, long revision, ChangeReader changes, WatchStream stream, CancellationToken cancel)
    {
        var events = WatchEvents.Of(start.Filter);
        var bookmarkDue = BookmarkTime(start, cancel);
        while (true)
        {
            if (await Task.WhenAny(changes.Next, bookmarkDue) == bookmarkDue)
            {
                cancel.ThrowIfCancellationRequested();
                await stream.WriteBookmarkAsync(revision, initialEventsEnd: false, cancel);
                bookmarkDue = BookmarkTime(start, cancel);
            }
            else
            {
                if (await changes.TakeAsync() is not { } batch) return;
                foreach (var seen in events.Of(batch)) await stream.WriteAsync(seen, cancel);
                revision = batch.State.Revision;
            }

            await stream.FlushAsync(cancel);
        }
    }

    private Task BookmarkTime(WatchStart start, CancellationToken cancel) =>
        Task.Delay(start.Bookmarks ? options.BookmarkInterval : Timeout.InfiniteTimeSpan, options.Time, cancel);

    private TimeSpan Life(ApiRequest request) => request.Number("timeoutSeconds") is { } seconds and > 0
        ? TimeSpan.FromSeconds(Math.Min(seconds, 24 * 3600))
        : options.MinWatchTime * (1 + Random.Shared.NextDouble());
}
