using Meltemi.ControlPlane.Stores.Files.Disk;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// <c>.meltemi/</c> below the users' files: the journal, and a lock, so that two programs do not write the same directory. Where it cannot be
/// written the store works without.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    private readonly FileStream? _lock;

    private StateDirectory(FileStream? locked, StateJournal journal, JournalState remembered)
    {
        _lock = locked;
        Journal = journal;
        Remembered = remembered;
    }

    /// <summary>The journal.</summary>
    public StateJournal Journal { get; }

    /// <summary>What it said.</summary>
    public JournalState Remembered { get; }

    /// <summary>Opens it, and makes it if it is not there.</summary>
    /// <param name="root">The users' directory.</param>
    /// <exception cref="StoreException">There is no such directory, or another program has it open.</exception>
    public static StateDirectory Open(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new StoreException(
                StoreError.Failed, File.Exists(root) ? $"{root} is a file and not a directory" : $"there is no directory {root}: make it, or name another");
        }

        var path = Path.Combine(root, ".meltemi");
        var locked = Lock(path, root);
        if (locked is not null) DeleteLeftovers(root);
        var journal = StateJournal.Open(Path.Combine(path, "state.jsonl"), out var remembered);
        return new(locked, journal, remembered);
    }

    public void Dispose()
    {
        Journal.Dispose();
        _lock?.Dispose();
    }

    private static FileStream? Lock(string path, string root)
    {
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var ignore = Path.Combine(path, ".gitignore");
            if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        try
        {
            return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException e) when (e.HResult is Posix.Enospc or Posix.Erofs or Posix.Edquot)
        {
            return null;
        }
        catch (IOException e)
        {
            throw new StoreException(
                StoreError.Failed, $"{root} is in use by another controller: stop that one, or name another directory ({e.Message})", e);
        }
    }

    // Of writes that were killed.
    private static void DeleteLeftovers(string root)
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var path in Directory.EnumerateFiles(root, ".*", everywhere))
        {
            if (AtomicFile.IsLeftover(Path.GetFileName(path))) AtomicFile.TryDelete(path);
        }
    }
}
