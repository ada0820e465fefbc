using Meltemi.ControlPlane.Stores.Files.Disk;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>What is to be looked at, collected from events until it has been quiet for a while. Safe from any thread.</summary>
internal sealed class PendingLooks(FileStoreOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _writing = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<string> _paths = new(StringComparer.Ordinal);
    private bool _all;
    private long _events;
    private long? _due;

    /// <summary>Something happened.</summary>
    public void Tell(FileEvent happened)
    {
        lock (_gate)
        {
            if (!Note(happened)) return;
            _events++;
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    /// <summary>Look at a file again after some time, whatever happens.</summary>
    public void Again(string path, TimeSpan after)
    {
        lock (_gate)
        {
            _paths.Add(path);
            var due = time.GetTimestamp() + (long)(after.TotalSeconds * time.TimestampFrequency);
            _due = Math.Min(_due ?? due, due);
        }
    }

    /// <summary>Whether somebody writes to a file (full path) and has not closed it yet.</summary>
    public bool IsBeingWritten(string path)
    {
        lock (_gate)
        {
            if (!_writing.TryGetValue(path, out var last)) return false;
            if (time.GetElapsedTime(last) < options.LongestWrite) return true;
            _writing.Remove(path);
            return false;
        }
    }

    /// <summary>
    /// Waits until a burst of events is over, or it is time to look at everything. Answers the full paths of files to look at; null: at everything.
    /// </summary>
    public async Task<IReadOnlySet<string>?> NextAsync(CancellationToken cancel)
    {
        var signalled = await _signal.WaitAsync(UntilDue(), cancel).ConfigureAwait(false);
        if (signalled) await QuietAsync(cancel).ConfigureAwait(false);
        lock (_gate)
        {
            var everything = _all || (!signalled && _due is null);
            var paths = _paths;
            _paths = new(StringComparer.Ordinal);
            _all = false;
            _due = null;
            return everything ? null : paths;
        }
    }

    private async Task QuietAsync(CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        long before;
        do
        {
            before = Interlocked.Read(ref _events);
            await Task.Delay(options.Quiet, time, cancel).ConfigureAwait(false);
        }
        while (before != Interlocked.Read(ref _events) && time.GetElapsedTime(start) < options.LongestBurst);
    }

    private TimeSpan UntilDue()
    {
        lock (_gate)
        {
            if (_due is not { } due) return options.Rescan;
            var left = TimeSpan.FromSeconds((due - time.GetTimestamp()) / (double)time.TimestampFrequency);
            return left < TimeSpan.Zero ? TimeSpan.Zero : left < options.Rescan ? left : options.Rescan;
        }
    }

    private bool Note(FileEvent happened)
    {
        var path = happened.Directory is null ? "" : Path.Combine(happened.Directory, happened.Name);
        switch (happened.Kind)
        {
            case FileEventKind.Unknown:
                return _all = true;
            case FileEventKind.Directory:
                return !(happened.Name.Length > 0 && FileNames.IsHidden(happened.Name)) && (_all = true);
            case FileEventKind.Writing when FileNames.Counts(happened.Name):
                _writing[path] = time.GetTimestamp();
                return _paths.Add(path) || true;
            case FileEventKind.Changed when FileNames.Counts(happened.Name):
                _writing.Remove(path);
                return _paths.Add(path) || true;
            default:
                // Kubernetes swaps all files of a mounted ConfigMap by renaming "..data", to which they are links.
                return happened.Name.StartsWith("..", StringComparison.Ordinal) && (_all = true);
        }
    }
}
