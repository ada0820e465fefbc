using Meltemi.ControlPlane.Stores.Files.Disk;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// What the store knows and the users' files do not say: versions, uids, ages, statuses, and the last good form of each resource. A file of JSON
/// lines to which changes are appended, rewritten when most of it is out of date. It is written before a change is told to anybody, but not forced to
/// the disk; losing it, wholly or its end, costs ages and versions and nothing else.
/// </summary>
internal sealed class StateJournal : IDisposable
{
    private const int SmallEnough = 1000;

    private FileStream? _file;
    private int _lines;

    private StateJournal(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Why nothing is written; null: it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Opens the journal of a directory and reads what it says.</summary>
    public static StateJournal Open(string path, out JournalState state)
    {
        var journal = new StateJournal(path);
        state = new();
        try
        {
            foreach (var line in File.ReadLines(path)) state.Read(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or it cannot be read: then it is written anew.
        }

        return journal;
    }

    /// <summary>Whether most of it is out of date.</summary>
    /// <param name="resources">How many resources there are.</param>
    public bool WantsRewrite(int resources) => _lines > SmallEnough + (2 * resources);

    /// <summary>Writes changes down; nothing, as long as it is not written at all.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="source">Which file a resource is in.</param>
    public void Append(IReadOnlyCollection<StoreChange> changes, Func<ResourceKey, string> source)
    {
        if (_file is not { } file) return;
        Try(() =>
        {
            using var buffer = new MemoryStream();
            foreach (var change in changes) JournalLine.Write(buffer, change, source);
            file.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
            _lines += changes.Count;
        });
    }

    /// <summary>Writes everything down anew.</summary>
    public void Rewrite(StoreState state, Func<ResourceKey, string> source)
    {
        _file?.Dispose();
        _file = null;
        Try(() =>
        {
            AtomicFile.Write(Path, file =>
            {
                JournalLine.WriteRevision(file, state.Revision);
                foreach (var resource in state.Resources.Values) JournalLine.Write(file, new(state.Revision, null, resource), source);
            });
            _file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _lines = state.Resources.Count + 1;
        });
    }

    public void Dispose() => _file?.Dispose();

    private void Try(Action write)
    {
        try
        {
            write();
            Problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Half a line may have been written: nothing is appended to it, and the next attempt writes everything anew.
            _file?.Dispose();
            _file = null;
            Problem = e.Message;
        }
    }
}
