using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Files.Disk;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// The work of the store of files: (1) look at files, (2) merge what they hold into changes, (3) write these into the journal, (4) publish them. For one
/// thread at a time; the table and the problems may be read from any.
/// </summary>
internal sealed class FileWorkspace : IDisposable
{
    private readonly StoreLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _root;
    private readonly StateDirectory _state;
    private readonly FileTracker _tracker;
    private readonly FileWriter _writer;
    private readonly FileMerge _merge;
    private volatile string? _readOnlyReason;

    /// <param name="options">Which directory, and how.</param>
    /// <param name="log">For problems.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="StoreException">There is no such directory, or another program has it open.</exception>
    public FileWorkspace(FileStoreOptions options, ILogger log, TimeProvider time)
    {
        (_limits, _log, _time) = (options.Limits, log, time);
        _root = Path.GetFullPath(options.Directory);
        _state = StateDirectory.Open(_root);
        _tracker = new(_root, options, time, _state.Remembered);
        _writer = new(_root);
        Table = new(options.Limits);
        _merge = new(Table, _tracker.Catalog, options.Limits, new(time));
        Problems = new(time, log);
    }

    /// <summary>What is published.</summary>
    public ResourceTable Table { get; }

    /// <summary>What is wrong with files.</summary>
    public SourceProblemBoard Problems { get; }

    /// <summary>What is to be looked at.</summary>
    public PendingLooks Pending => _tracker.Pending;

    /// <summary>Why nothing can be written.</summary>
    public string? ReadOnlyReason => _readOnlyReason;

    /// <summary>Reads everything for the first time.</summary>
    public void Load()
    {
        _tracker.LookAtAll();
        var state = _merge.Load(_state.Remembered, _time.GetUtcNow().ToUnixTimeMilliseconds());
        _state.Remembered.Clear();
        WriteJournalAnew(state);
        ReadOnly(Writability.Problem(_root));
        TellProblems();
        Table.Load(state);
    }

    /// <summary>Looks at files, by full path; null: at everything.</summary>
    public void Look(IEnumerable<string>? paths)
    {
        if (paths is not null)
        {
            _tracker.LookAt(paths);
        }
        else
        {
            _tracker.LookAtAll();
            ReadOnly(Writability.Problem(_root));
            if (_state.Journal.Problem is not null) WriteJournalAnew(Table.Current);
        }

        Apply();
    }

    /// <summary>Writes a resource into its file.</summary>
    public Resource Put(Resource resource, string? expectedVersion) => Write(() =>
    {
        WriteRules.CheckSize(resource, _limits);
        LookAgain(resource.Key);
        var before = Table.Find(resource.Key);
        WriteRules.CheckPut(resource, before, expectedVersion, Table.Current.Resources.Count, _limits);
        var after = _merge.Next(resource, before);
        if (ReferenceEquals(after, before)) return after;
        _tracker.LookAt([_writer.Put(after, _tracker.Catalog.Winner(resource.Key))]);
        Publish([new(Table.Current.Revision + 1, before, after)]);
        return after;
    });

    /// <summary>Takes a resource out of all files that have it, or else the next one's would come into force.</summary>
    public Resource Delete(ResourceKey key, string? expectedVersion) => Write(() =>
    {
        LookAgain(key);
        var before = WriteRules.CheckDelete(key, Table.Find(key), expectedVersion);
        while (_tracker.Catalog.Winner(key) is { } claim)
        {
            var path = _writer.Delete(claim);
            _tracker.Catalog.Drop(claim);
            _tracker.LookAt([path]);
        }

        return before;
    });

    /// <summary>Remembers a status.</summary>
    public void PutStatus(ResourceKey key, string uid, ResourceStatus status)
    {
        var (before, revision) = (Table.Find(key), Table.Current.Revision + 1);
        if (WriteRules.NextStatus(before, uid, status, revision) is { } after) Publish([new(revision, before, after)]);
    }

    public void Dispose()
    {
        _tracker.Dispose();
        _state.Dispose();
    }

    private T Write<T>(Func<T> write)
    {
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
        }
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
        Table.Publish(changes[^1].Revision, changes);
        if (_state.Journal.Problem is null && _state.Journal.WantsRewrite(Table.Current.Resources.Count)) WriteJournalAnew(Table.Current);
    }

    private void WriteJournalAnew(StoreState state)
    {
        var before = _state.Journal.Problem;
        _state.Journal.Rewrite(state, Source);
        if (_state.Journal.Problem is { } problem && problem != before) StoreLog.JournalProblem(_log, _state.Journal.Path, problem);
    }

    private string Source(ResourceKey key) => _tracker.Catalog.Winner(key)?.File.Path ?? "";

    private void TellProblems() => Problems.Set(
        _tracker.Catalog.Files.SelectMany(file => file.Problems.Select(problem => (file.Path, problem)))
            .Concat(_merge.Problems())
            .Concat(_tracker.Problems.Select(problem => (problem.Key, problem.Value))),
        _tracker.Catalog.Files.Where(file => !file.Problems.IsEmpty).SelectMany(
            file => file.Documents.Where(document => document.Kept).Select(document => (file.Path, document.Key))));

    private void ReadOnly(string? reason)
    {
        if (reason is not null && _readOnlyReason is null) StoreLog.ReadOnly(_log, reason);
        if (reason is null && _readOnlyReason is not null) StoreLog.Writable(_log);
        _readOnlyReason = reason;
    }
}
