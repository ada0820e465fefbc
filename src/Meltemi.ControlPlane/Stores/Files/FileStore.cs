using System.Collections.Immutable;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// Resources in a directory of YAML files that people edit with whatever they like while the store watches, and that the API writes to as well.
/// The files are the truth. What the store adds (versions, uids, ages, statuses) is in <c>.meltemi/</c> below the directory.
/// </summary>
public sealed class FileStore : IResourceStore
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly FileWorkspace _work;
    private readonly ILogger _log;
    private readonly Task _looking;

    private FileStore(FileWorkspace work, ILogger log)
    {
        (_work, _log) = (work, log);
        _work.Load();
        _looking = Task.Run(LookAsync);
    }

    /// <inheritdoc/>
    public StoreState Current => _work.Table.Current;

    /// <inheritdoc/>
    public Task Synced => _work.Table.Synced;

    /// <inheritdoc/>
    public string? ReadOnlyReason => _work.ReadOnlyReason;

    /// <inheritdoc/>
    public ImmutableArray<SourceProblem> SourceProblems => _work.Problems.Current;

    /// <inheritdoc/>
    public event Action? SourceProblemsChanged
    {
        add => _work.Problems.Changed += value;
        remove => _work.Problems.Changed -= value;
    }

    /// <summary>Opens a directory and reads it.</summary>
    /// <param name="options">Which one, and how.</param>
    /// <param name="log">Where problems are logged as well.</param>
    /// <param name="time">Clock; null: the system's.</param>
    /// <exception cref="StoreException">There is no such directory, or another program has it open.</exception>
    public static Task<FileStore> OpenAsync(FileStoreOptions options, ILogger log, TimeProvider? time = null) =>
        Task.Run(() => new FileStore(new FileWorkspace(options, log, time ?? TimeProvider.System), log));

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, CancellationToken cancel) => _work.Table.WatchAsync(afterRevision, cancel);

    /// <inheritdoc/>
    public Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel) =>
        AloneAsync(() => _work.Put(resource, expectedVersion), cancel);

    /// <inheritdoc/>
    public Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel) =>
        AloneAsync(() => _work.Delete(key, expectedVersion), cancel);

    /// <inheritdoc/>
    public Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel) => AloneAsync(() =>
    {
        _work.PutStatus(key, uid, status);
        return true;
    }, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        if (_stop.IsCancellationRequested)
        {
            _gate.Release();
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _gate.Release();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work.Dispose();
    }

    private async Task<T> AloneAsync<T>(Func<T> action, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            return action();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task LookAsync()
    {
        while (true)
        {
            var paths = await _work.Pending.NextAsync(_stop.Token).ConfigureAwait(false);
            await AloneAsync(() => Look(paths), _stop.Token).ConfigureAwait(false);
        }
    }

    private bool Look(IReadOnlySet<string>? paths)
    {
        try
        {
            _work.Look(paths);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it was, what was read before stays in force, and the next look may succeed.
            StoreLog.LookFailed(_log, e);
            return false;
        }
    }
}
