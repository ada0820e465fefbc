using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Files.Disk;
using Meltemi.ControlPlane.Stores.Table;
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
    private readonly FileStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _root;
    private readonly StateDirectory _state;
    private readonly FileTracker _tracker;
    private readonly FileWriter _writer;
    private readonly FileMerge _merge;
    private readonly ResourceTable _table;
    private readonly SourceProblemBoard _problems;
    private string? _readOnlyReason;
    private Task _loop = Task.CompletedTask;

    private FileStore(FileStoreOptions options, ILogger log, TimeProvider time)
    {
        (_options, _log, _time) = (options, log, time);
        _root = Path.GetFullPath(options.Directory);
        _state = StateDirectory.Open(_root);
        _tracker = new(_root, options, time, _state.Remembered);
        _writer = new(_root);
        _table = new(options.Limits);
        _merge = new(_table, _tracker.Catalog, options.Limits, new(time));
        _problems = new(time, log);
    }

    /// <inheritdoc/>
    public StoreState Current => _table.Current;

    /// <inheritdoc/>
    public Task Synced => _table.Synced;

    /// <inheritdoc/>
    public string? ReadOnlyReason
    {
        get => Volatile.Read(ref _readOnlyReason);
        private set => Volatile.Write(ref _readOnlyReason, value);
    }

    /// <inheritdoc/>
    public ImmutableArray<SourceProblem> SourceProblems => _problems.Current;

    /// <summary>Opens a directory and reads it.</summary>
    /// <param name="options">Which one, and how.</param>
    /// <param name="log">Where problems are logged as well.</param>
    /// <param name="time">Clock; null: the system's.</param>
    /// <exception cref="StoreException">There is no such directory, or another program has it open.</exception>
    public static Task<FileStore> OpenAsync(FileStoreOptions options, ILogger log, TimeProvider? time = null) => Task.Run(() =>
    {
        var store = new FileStore(options, log, time ?? TimeProvider.System);
        store.Load();
        store._loop = Task.Run(store.RunAsync);
        return store;
    });

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, CancellationToken cancel) => _table.WatchAsync(afterRevision, cancel);

    /// <inheritdoc/>
    public Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel) => WriteAsync(() =>
    {
        WriteRules.CheckSize(resource, _options.Limits);
        LookAgain(resource.Key);
        var before = _table.Find(resource.Key);
        WriteRules.CheckPut(resource, before, expectedVersion, Current.Resources.Count, _options.Limits);
        var after = _merge.Next(resource, before);
        if (ReferenceEquals(after, before)) return after;
        _tracker.LookAt([_writer.Put(after, _tracker.Catalog.Winner(resource.Key))]);
        Publish([new(Current.Revision + 1, before, after)]);
        return after;
    }, cancel);

    /// <inheritdoc/>
    public Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel) => WriteAsync(() =>
    {
        LookAgain(key);
        var before = WriteRules.CheckDelete(key, _table.Find(key), expectedVersion);

        // From all files that have it, or else the next one's would come into force.
        while (_tracker.Catalog.Winner(key) is { } claim)
        {
            var path = _writer.Delete(claim);
            _tracker.Catalog.Drop(claim);
            _tracker.LookAt([path]);
        }

        return before;
    }, cancel);

    /// <inheritdoc/>
    public async Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel)
    {
        await EnterAsync(cancel).ConfigureAwait(false);
        try
        {
            var (before, revision) = (_table.Find(key), Current.Revision + 1);
            if (WriteRules.NextStatus(before, uid, status, revision) is { } after) Publish([new(revision, before, after)]);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EnterAsync(default, evenIfDisposed: true).ConfigureAwait(false);
        _tracker.Dispose();
        _state.Dispose();
        _gate.Release();
    }

    private void Load()
    {
        _tracker.LookAtAll();
        var state = _merge.Load(_state.Remembered, _time.GetUtcNow().ToUnixTimeMilliseconds());
        _state.Remembered.Clear();
        WriteJournalAnew(state);
        CheckWritable();
        TellProblems();
        _table.Load(state);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var paths = await _tracker.Pending.NextAsync(_stop.Token).ConfigureAwait(false);
            await _gate.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                Look(paths);
            }
            catch (Exception e)
            {
                // Whatever it was, what was read before stays in force, and the next look may succeed.
                StoreLog.LookFailed(_log, e);
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    private void Look(IReadOnlySet<string>? paths)
    {
        if (paths is not null)
        {
            _tracker.LookAt(paths);
        }
        else
        {
            _tracker.LookAtAll();
            CheckWritable();
            if (_state.Journal.Problem is not null) WriteJournalAnew(Current);
        }

        Apply();
    }

    private async Task<T> WriteAsync<T>(Func<T> write, CancellationToken cancel)
    {
        await EnterAsync(cancel).ConfigureAwait(false);
        try
        {
            var written = write();
            ReadOnly(null);
            return written;
        }
        catch (StoreException e) when (e.InnerException is not null)
        {
            if (Writability.Lasting(e, _root) is { } reason) ReadOnly(reason);
            throw;
        }
        finally
        {
            Apply();
            _gate.Release();
        }
    }

    private async Task EnterAsync(CancellationToken cancel, bool evenIfDisposed = false)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        if (evenIfDisposed || !_stop.IsCancellationRequested) return;
        _gate.Release();
        throw new ObjectDisposedException(nameof(FileStore));
    }

    // What somebody wrote a moment ago counts first.
    private void LookAgain(ResourceKey key)
    {
        _tracker.LookAt([.. _tracker.Catalog.Claims(key).Select(claim => Path.Combine(_root, claim.File.Path))]);
        Apply();
    }

    private void Apply()
    {
        var changes = _merge.Changes();
        if (changes.Length > 0) Publish(changes);
        TellProblems();
    }

    private void Publish(ImmutableArray<StoreChange> changes)
    {
        _state.Journal.Append(changes, Source);
        _table.Publish(changes[^1].Revision, changes);
        if (_state.Journal.Problem is null && _state.Journal.WantsRewrite(Current.Resources.Count)) WriteJournalAnew(Current);
    }

    private void WriteJournalAnew(StoreState state)
    {
        var before = _state.Journal.Problem;
        _state.Journal.Rewrite(state, Source);
        if (_state.Journal.Problem is { } problem && problem != before) StoreLog.JournalProblem(_log, _state.Journal.Path, problem);
    }

    private string Source(ResourceKey key) => _tracker.Catalog.Winner(key)?.File.Path ?? "";

    private void TellProblems() => _problems.Set(
        _tracker.Catalog.Files.SelectMany(file => file.Problems.Select(problem => (file.Path, problem)))
            .Concat(_merge.Problems())
            .Concat(_tracker.Problems.Select(problem => (problem.Key, problem.Value))));

    private void CheckWritable() => ReadOnly(Writability.Problem(_root));

    private void ReadOnly(string? reason)
    {
        if (reason is not null && ReadOnlyReason is null) StoreLog.ReadOnly(_log, reason);
        if (reason is null && ReadOnlyReason is not null) StoreLog.Writable(_log);
        ReadOnlyReason = reason;
    }
}
