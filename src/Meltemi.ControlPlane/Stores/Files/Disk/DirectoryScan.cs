namespace Meltemi.ControlPlane.Stores.Files.Disk;

/// <summary>What lies in a directory and those below it.</summary>
internal sealed class DirectoryScan
{
    private const int MaxDepth = 32;

    private readonly string _root;
    private readonly Action<string> _visit;
    private readonly int _maxFiles;
    private readonly HashSet<(ulong Device, ulong Inode)> _seen = [];

    private DirectoryScan(string root, Action<string> visit, int maxFiles)
    {
        _root = root;
        _visit = visit;
        _maxFiles = maxFiles;
    }

    /// <summary>Files that count, by path relative to the root.</summary>
    public Dictionary<string, FileStat> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Full paths of all directories.</summary>
    public HashSet<string> Directories { get; } = new(StringComparer.Ordinal);

    /// <summary>What could not be looked at, by relative path, and why. Nothing is known about files in and below it.</summary>
    public Dictionary<string, string> Unreadable { get; } = new(StringComparer.Ordinal);

    /// <summary>Looks.</summary>
    /// <param name="root">Full path.</param>
    /// <param name="visit">Called with each directory's full path before it is listed.</param>
    /// <param name="maxFiles">Further files count as unreadable.</param>
    public static DirectoryScan Run(string root, Action<string> visit, int maxFiles)
    {
        var scan = new DirectoryScan(root, visit, maxFiles);
        scan.Enter(root, 0);
        return scan;
    }

    /// <summary>Whether nothing is known about a file because it, or a directory above it, could not be looked at.</summary>
    public bool IsUnknown(string relative) =>
        Unreadable.Keys.Any(path => path == "." || path == relative || relative.StartsWith(path + "/", StringComparison.Ordinal));

    private void Enter(string directory, int depth)
    {
        var relative = Path.GetRelativePath(_root, directory);
        try
        {
            if (FileStat.Of(directory) is not { IsDirectory: true } found)
            {
                if (depth == 0) Unreadable["."] = "the directory is gone";
                return;
            }

            // Symbolic links may lead in circles.
            if (!_seen.Add((found.Stamp.Device, found.Stamp.Inode))) return;
            if (depth > MaxDepth) throw new IOException($"directories are nested deeper than {MaxDepth} levels");
            Directories.Add(directory);
            _visit(directory);
            foreach (var path in Directory.EnumerateFileSystemEntries(directory)) Look(path, depth);
        }
        catch (DirectoryNotFoundException) when (depth > 0)
        {
            // Deleted meanwhile.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable[relative] = e.Message;
        }
    }

    private void Look(string path, int depth)
    {
        var name = Path.GetFileName(path);
        if (FileNames.IsHidden(name)) return;
        var counts = FileNames.Counts(name);
        if (!counts && Path.HasExtension(name) && !Directory.Exists(path)) return;
        var relative = Path.GetRelativePath(_root, path);
        try
        {
            if (FileStat.Of(path) is not { } found) return;
            if (found.IsDirectory)
                Enter(path, depth + 1);
            else if (counts && found.IsRegular && Files.Count < _maxFiles)
                Files[relative] = found;
            else if (counts)
                Unreadable[relative] = found.IsRegular ? $"there are more than {_maxFiles} files" : "not an ordinary file";
        }
        catch (IOException e)
        {
            Unreadable[relative] = e.Message;
        }
    }
}
