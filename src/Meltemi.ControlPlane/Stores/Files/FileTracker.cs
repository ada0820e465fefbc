using Meltemi.ControlPlane.Stores.Files.Disk;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>Keeps the catalog in step with the directory. Not safe for several threads, but for <see cref="Pending"/>.</summary>
internal sealed class FileTracker : IDisposable
{
    private readonly string _root;
    private readonly FileStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly JournalState _remembered;
    private readonly FileReader _reader;
    private readonly DirectoryWatch? _watch;
    private Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unwatched = new(StringComparer.Ordinal);
    private long _looks;

    /// <param name="root">Full path of the directory.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="time">Clock.</param>
    /// <param name="remembered">What was in which file in an earlier life.</param>
    public FileTracker(string root, FileStoreOptions options, TimeProvider time, JournalState remembered)
    {
        _root = root;
        _options = options;
        _time = time;
        _remembered = remembered;
        _reader = new(options, remembered);
        Pending = new(options, time);
        try
        {
            _watch = new DirectoryWatch(Pending.Tell);
        }
        catch (IOException e)
        {
            _unwatched["."] = Unwatched(e.Message);
        }
    }

    /// <summary>The files and what they hold.</summary>
    public FileCatalog Catalog { get; } = new();

    /// <summary>What is to be looked at.</summary>
    public PendingLooks Pending { get; }

    /// <summary>What is wrong with directories and files as such, by relative path.</summary>
    public IEnumerable<KeyValuePair<string, string>> Problems => _unreadable.Concat(_unwatched);

    /// <summary>Looks at everything.</summary>
    public void LookAtAll()
    {
        _looks++;
        _unwatched.Clear();
        var scan = DirectoryScan.Run(_root, Watch, _options.MaxFiles);
        _unreadable = scan.Unreadable;
        _watch?.Keep(scan.Directories);
        foreach (var (path, found) in scan.Files) Look(path, found);
        if (_looks == 1) Recall(scan);
        foreach (var file in Catalog.Files.ToArray())
        {
            if (!scan.Files.ContainsKey(file.Path) && !scan.IsUnknown(file.Path)) Miss(file);
        }
    }

    /// <summary>Looks at some files.</summary>
    /// <param name="paths">Full paths.</param>
    public void LookAt(IEnumerable<string> paths)
    {
        _looks++;
        foreach (var path in paths) LookAtOne(path);
    }

    public void Dispose() => _watch?.Dispose();

    private void LookAtOne(string fullPath)
    {
        var path = Path.GetRelativePath(_root, fullPath);
        try
        {
            _unreadable.Remove(path);
            if (FileStat.Of(fullPath) is { IsRegular: true } found)
                Look(path, found);
            else if (Catalog.Find(path) is { } known)
                Miss(known);
        }
        catch (IOException e)
        {
            _unreadable[path] = e.Message;
        }
    }

    private void Look(string path, FileStat found)
    {
        var known = Catalog.Find(path);
        if (known is { Missing: null } && known.Stamp == found.Stamp) return;
        var fullPath = Path.Combine(_root, path);
        if (Pending.IsBeingWritten(fullPath))
        {
            Pending.Again(fullPath, _options.LongestWrite);
            return;
        }

        var read = _reader.Read(fullPath, path, found, known, _looks);
        if (read.Documents.IsEmpty && read.Problems.IsEmpty && known is { Documents.IsEmpty: false })
            Miss(known, read);
        else
            Catalog.Set(read);
    }

    // Gone, or empty: an editor may be about to write it anew.
    private void Miss(SourceFile known, SourceFile? empty = null)
    {
        var since = known.Missing ?? _time.GetTimestamp();
        if (_time.GetElapsedTime(since) >= _options.Grace)
        {
            if (empty is null)
                Catalog.Remove(known.Path);
            else
                Catalog.Set(empty);
            return;
        }

        if (known.Missing is null) Catalog.Set(known with { Missing = since, Stamp = null, Hash = null });
        Pending.Again(Path.Combine(_root, known.Path), _options.Grace);
    }

    // What lay in directories that cannot be read now.
    private void Recall(DirectoryScan scan)
    {
        foreach (var path in _remembered.Sources.Where(path => scan.IsUnknown(path) && Catalog.Find(path) is null))
            Catalog.Set(new(path) { Documents = [.. _remembered.Held(path).Select(document => document with { Kept = true })] });
    }

    private void Watch(string directory)
    {
        if (_watch?.Add(directory) is { } problem) _unwatched[Path.GetRelativePath(_root, directory)] = Unwatched(problem);
        if (_watch is null) _unwatched["."] = Unwatched("the system has no watcher left (sysctl fs.inotify.max_user_instances)");
    }

    private string Unwatched(string reason) =>
        $"the directory cannot be watched, so that edits are seen only every {_options.Rescan.TotalSeconds} s: {reason}";
}
