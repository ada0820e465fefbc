using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Meltemi.ControlPlane.Stores.Files.Disk;

/// <summary>Writes files so that whoever reads sees the old or the new text, also after a power cut.</summary>
internal static class AtomicFile
{
    private const string TemporaryEnd = ".meltemi-tmp";
    private const int DirectoryOnly = 0x10000 | 0x80000;

    /// <summary>
    /// 1 a temporary file beside it, 2 on the disk, 3 renamed, 4 the directory on the disk. Owner and permissions stay; a symbolic link stays one, and what
    /// it points to is written.
    /// </summary>
    /// <exception cref="IOException">It could not be written; the old text is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for lack of permission.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        var target = (Path.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path;
        var directory = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(target)}.{RandomNumberGenerator.GetHexString(8)}{TemporaryEnd}");
        try
        {
            WriteNew(temporary, content, FileStat.Of(target));
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception)
        {
            TryDelete(temporary);
            throw;
        }

        SyncDirectory(directory);
    }

    /// <summary>Deletes a file for good.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Whether this is what a write that was killed left behind.</summary>
    public static bool IsLeftover(string name) => name.StartsWith('.') && name.EndsWith(TemporaryEnd, StringComparison.Ordinal);

    /// <summary>Deletes a file if that is possible.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, hidden and ignored.
        }
    }

    private static void WriteNew(string path, Action<Stream> content, FileStat? like)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024);
        if (like is { } old)
        {
            // May fail for who is neither owner nor root: then the file is the writer's, which is better than not writing it.
            _ = Posix.Chown(file.SafeFileHandle, old.User, old.Group);
            File.SetUnixFileMode(file.SafeFileHandle, old.Mode);
        }

        content(file);
        file.Flush(flushToDisk: true);
    }

    private static void SyncDirectory(string directory)
    {
        var descriptor = Posix.Open(directory, DirectoryOnly);
        if (descriptor < 0) throw Posix.Failure(directory, Marshal.GetLastPInvokeError());

        // Some file systems cannot sync directories, and say so with EINVAL; there is nothing more to do then.
        _ = Posix.Fsync(descriptor);
        _ = Posix.Close(descriptor);
    }
}
