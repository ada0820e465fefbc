using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Push;

/// <summary>The changes of a store one after the other, with a way to wait a little for more. A store that forgot where we were is compared as a whole.</summary>
internal sealed class ChangeFeed(IResourceStore store, TimeProvider time)
{
    // Bounds what waits here; the store keeps the rest.
    private readonly Channel<StoreChanges> _changes = Channel.CreateBounded<StoreChanges>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true });

    /// <summary>All changes after a state, without end.</summary>
    public async IAsyncEnumerable<StoreChanges> ReadAsync(StoreState after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pumping = Task.Run(() => PumpAsync(after, cancel), cancel);
        await foreach (var changes in _changes.Reader.ReadAllAsync(cancel).ConfigureAwait(false)) yield return changes;
        await pumping.ConfigureAwait(false);
    }

    /// <summary>The next changes if they come within a time; null: they do not.</summary>
    public async ValueTask<StoreChanges?> MoreAsync(TimeSpan within, CancellationToken cancel)
    {
        if (within <= TimeSpan.Zero) return null;
        if (_changes.Reader.TryRead(out var changes)) return changes;
        try
        {
            return await _changes.Reader.WaitToReadAsync(cancel).AsTask().WaitAsync(within, time, cancel).ConfigureAwait(false)
                && _changes.Reader.TryRead(out changes) ? changes : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task PumpAsync(StoreState state, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var changes in store.WatchAsync(state.Revision, cancel).ConfigureAwait(false))
                    {
                        state = changes.State;
                        await _changes.Writer.WriteAsync(changes, cancel).ConfigureAwait(false);
                    }
                }
                catch (RevisionGoneException)
                {
                    var now = store.Current;
                    await _changes.Writer.WriteAsync(Compare(state, now), cancel).ConfigureAwait(false);
                    state = now;
                }
            }
        }
        catch (Exception e)
        {
            _changes.Writer.TryComplete(e);
        }
    }

    private static StoreChanges Compare(StoreState before, StoreState after)
    {
        var changes = new List<StoreChange>();
        foreach (var (key, old) in before.Resources)
            if (!after.Resources.ContainsKey(key))
                changes.Add(new(after.Revision, old, null));
        foreach (var (key, resource) in after.Resources)
        {
            var old = before.Resources.GetValueOrDefault(key);
            if (!ReferenceEquals(old, resource)) changes.Add(new(after.Revision, old, resource));
        }

        return new(after, [.. changes]);
    }
}
