using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores;

/// <summary>Resources that last as long as the program; for trying out and for tests.</summary>
public sealed class MemoryStore : IResourceStore
{
    private readonly Lock _writes = new();
    private readonly StoreLimits _limits;
    private readonly ResourceTable _table;
    private readonly CreationClock _created;

    /// <param name="time">Clock; null: the system's. Revisions begin at its milliseconds, so that those of an earlier life are known to be gone.</param>
    /// <param name="limits">Limits; null: the default ones.</param>
    public MemoryStore(TimeProvider? time = null, StoreLimits? limits = null)
    {
        time ??= TimeProvider.System;
        _limits = limits ?? new();
        _created = new(time);
        _table = new(_limits);
        _table.Load(StoreState.Empty with { Revision = time.GetUtcNow().ToUnixTimeMilliseconds() });
    }

    /// <inheritdoc/>
    public StoreState Current => _table.Current;

    /// <inheritdoc/>
    public Task Synced => _table.Synced;

    /// <inheritdoc/>
    public string? ReadOnlyReason => null;

    /// <inheritdoc/>
    public ImmutableArray<SourceProblem> SourceProblems => [];

    /// <inheritdoc/>
    public event Action? SourceProblemsChanged
    {
        add
        {
            // There are never any.
        }
        remove
        {
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, CancellationToken cancel) => _table.WatchAsync(afterRevision, cancel);

    /// <inheritdoc/>
    public Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel) => Write(() =>
    {
        var before = _table.Find(resource.Key);
        WriteRules.CheckPut(resource, before, expectedVersion, Current.Resources.Count, _limits);
        var created = before is null ? _created.Next() : default;
        var after = WriteRules.Next(resource, before, Current.Revision + 1, created);
        if (!ReferenceEquals(after, before)) Publish(before, after);
        return after;
    }, cancel);

    /// <inheritdoc/>
    public Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel) => Write(() =>
    {
        var before = WriteRules.CheckDelete(key, _table.Find(key), expectedVersion);
        Publish(before, null);
        return before;
    }, cancel);

    /// <inheritdoc/>
    public Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel) => Write(() =>
    {
        var before = _table.Find(key);
        var after = WriteRules.NextStatus(before, uid, status, Current.Revision + 1);
        if (after is not null) Publish(before, after);
        return after;
    }, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Publish(Resource? before, Resource? after)
    {
        var revision = Current.Revision + 1;
        _table.Publish(revision, [new(revision, before, after)]);
    }

    private Task<T> Write<T>(Func<T> write, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return Task.FromCanceled<T>(cancel);
        try
        {
            lock (_writes) return Task.FromResult(write());
        }
        catch (StoreException e)
        {
            return Task.FromException<T>(e);
        }
    }
}
