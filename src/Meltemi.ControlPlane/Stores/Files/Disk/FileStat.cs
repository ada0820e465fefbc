using System.Runtime.InteropServices;

namespace Meltemi.ControlPlane.Stores.Files.Disk;

/// <summary>What the file system says about a file or directory, symbolic links followed.</summary>
internal readonly record struct FileStat
{
    private const int CurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int RegularType = 0x8000;
    private const int DirectoryType = 0x4000;

    /// <summary>Changes whenever content, size, permissions or the file under the name change.</summary>
    public FileStamp Stamp { get; private init; }

    /// <summary>An ordinary file: neither a pipe, which would block who opens it, nor a device.</summary>
    public bool IsRegular { get; private init; }

    /// <summary>A directory.</summary>
    public bool IsDirectory { get; private init; }

    /// <summary>Permissions.</summary>
    public UnixFileMode Mode { get; private init; }

    /// <summary>Owner.</summary>
    public uint User { get; private init; }

    /// <summary>Group.</summary>
    public uint Group { get; private init; }

    /// <summary>Looks at a path; null: there is nothing.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static FileStat? Of(string path)
    {
        if (Posix.Statx(CurrentDirectory, path, 0, BasicStats, out var found) == 0) return From(found);
        var errno = Marshal.GetLastPInvokeError();
        return errno is Posix.Enoent or Posix.Enotdir ? null : throw Posix.Failure(path, errno);
    }

    private static FileStat From(in Posix.StatxResult found) => new()
    {
        Stamp = new(
            ((ulong)found.DeviceMajor << 32) | found.DeviceMinor,
            found.Inode,
            (long)found.Size,
            Time(found.ModifiedSeconds, found.ModifiedNanoseconds),
            Time(found.ChangedSeconds, found.ChangedNanoseconds)),
        IsRegular = (found.Mode & TypeMask) == RegularType,
        IsDirectory = (found.Mode & TypeMask) == DirectoryType,
        Mode = (UnixFileMode)(found.Mode & 0xfff),
        User = found.User,
        Group = found.Group,
    };

    private static long Time(long seconds, uint nanoseconds) => (seconds * 1_000_000_000) + nanoseconds;
}

/// <summary>Tells whether a file is as it was; times in nanoseconds since 1970.</summary>
internal readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    private const long Granularity = 100_000_000;

    /// <summary>Time of the last change of content.</summary>
    public DateTimeOffset ModifiedTime => DateTimeOffset.UnixEpoch.AddTicks(Modified / 100);

    /// <summary>
    /// Whether the stamp can be relied upon. The kernel's file times advance in steps of some milliseconds: a file that was read right after a change
    /// may change again within the same step, and nobody would see. (Git calls such files racily clean.)
    /// </summary>
    public bool IsSettled(DateTimeOffset read) =>
        Math.Max(Modified, Changed) + Granularity < (read - DateTimeOffset.UnixEpoch).Ticks * 100;
}
