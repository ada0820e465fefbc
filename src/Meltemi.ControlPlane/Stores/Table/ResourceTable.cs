using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>
/// What all stores share: the state, the history of its changes, and those who watch. A store decides what a change is and which revision it
/// has, and publishes one batch after the other; everybody else reads.
/// </summary>
internal sealed class ResourceTable
{
    private readonly Lock _gate = new();
    private readonly ChangeHistory _history;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StoreState _current = StoreState.Empty;
    private int _loads;

    /// <param name="limits">Bounds of the history.</param>
    public ResourceTable(StoreLimits limits) => _history = new(limits);

    /// <summary>The state now.</summary>
    public StoreState Current => _current;

    /// <summary>Completes with the first <see cref="Load"/>.</summary>
    public Task Synced => _synced.Task;

    /// <summary>What is stored under a key; null: nothing.</summary>
    public Resource? Find(ResourceKey key) => _current.Resources.GetValueOrDefault(key);

    /// <summary>
    /// A state that does not follow from the one before: the first one, or that of a server whose data was replaced. Who watches lists again.
    /// </summary>
    public void Load(StoreState state)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _loads++;
            _current = state;
            _history.Reset(state.Revision);
            changed = Renew();
        }

        _synced.TrySetResult();
        changed.SetResult();
    }

    /// <summary>The next state.</summary>
    /// <param name="revision">Its revision, larger than the one before.</param>
    /// <param name="changes">Ordered by revision, each larger than that of the state before and at most <paramref name="revision"/>.</param>
    public void Publish(long revision, ImmutableArray<StoreChange> changes)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (revision <= _current.Revision)
                throw new ArgumentOutOfRangeException(nameof(revision), revision, $"not after {_current.Revision}");
            var resources = _current.Resources.ToBuilder();
            foreach (var change in changes)
            {
                if (change.After is { } after)
                    resources[change.Key] = after;
                else
                    resources.Remove(change.Key);
            }

            _current = new(revision, resources.ToImmutable());
            _history.Add(new(_current, changes));
            changed = Renew();
        }

        changed.SetResult();
    }

    /// <summary><see cref="IResourceStore.WatchAsync"/>.</summary>
    public async IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Synced.WaitAsync(cancel).ConfigureAwait(false);
        var loads = Volatile.Read(ref _loads);
        while (true)
        {
            StoreChanges? batch;
            Task changed;
            lock (_gate)
            {
                if (loads != _loads) throw new RevisionGoneException(afterRevision, _current.Revision);
                batch = _history.After(afterRevision);
                changed = _changed.Task;
            }

            if (batch is null)
            {
                await changed.WaitAsync(cancel).ConfigureAwait(false);
                continue;
            }

            cancel.ThrowIfCancellationRequested();
            afterRevision = batch.State.Revision;
            yield return batch;
        }
    }

    private TaskCompletionSource Renew()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return changed;
    }
}
