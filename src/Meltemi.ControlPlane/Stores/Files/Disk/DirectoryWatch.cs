using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Meltemi.ControlPlane.Stores.Files.Disk;

/// <summary>
/// Tells at once when something changes in directories (inotify). FileSystemWatcher does not tell when a writer is done with a file; without that,
/// half-written files would be read. Directories are added one by one: who lists a directory watches it first, so nothing is missed in between.
/// </summary>
internal sealed class DirectoryWatch : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x80000 | 0x800;
    private const uint Modified = 0x2;
    private const uint Attributes = 0x4;
    private const uint ClosedAfterWrite = 0x8;
    private const uint MovedFrom = 0x40;
    private const uint MovedTo = 0x80;
    private const uint Created = 0x100;
    private const uint Deleted = 0x200;
    private const uint DirectoryGone = 0x400 | 0x800;
    private const uint Overflow = 0x4000;
    private const uint Ignored = 0x8000;
    private const uint OnlyDirectories = 0x1000000;
    private const uint Wanted =
        Modified | Attributes | ClosedAfterWrite | MovedFrom | MovedTo | Created | Deleted | DirectoryGone | OnlyDirectories;

    private readonly Lock _gate = new();
    private readonly Action<FileEvent> _changed;
    private readonly Dictionary<int, string> _directories = [];
    private readonly int _inotify;
    private readonly int _stop;
    private readonly Thread _thread;

    /// <summary>Begins to watch nothing.</summary>
    /// <param name="changed">Called on a thread of its own.</param>
    /// <exception cref="IOException">The system has no watcher left.</exception>
    public DirectoryWatch(Action<FileEvent> changed)
    {
        _changed = changed;
        _inotify = Posix.InotifyInit(NonBlockingCloseOnExec);
        if (_inotify < 0) throw Posix.Failure("inotify", Marshal.GetLastPInvokeError());
        _stop = Posix.EventFd(0, NonBlockingCloseOnExec);
        _thread = new Thread(Run) { IsBackground = true, Name = "meltemi-files" };
        _thread.Start();
    }

    /// <summary>Watches a directory, again if it is watched already; answers why that is not possible, null if it is.</summary>
    public string? Add(string directory)
    {
        lock (_gate)
        {
            var watch = Posix.InotifyAdd(_inotify, directory, Wanted);
            if (watch < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                return errno == Posix.Enospc
                    ? "the system's limit of watched directories is reached (sysctl fs.inotify.max_user_watches)"
                    : Posix.ErrorText(errno);
            }

            _directories[watch] = directory;
            return null;
        }
    }

    /// <summary>Stops watching all other directories.</summary>
    public void Keep(IReadOnlySet<string> directories)
    {
        lock (_gate)
        {
            foreach (var (watch, directory) in _directories)
            {
                if (directories.Contains(directory)) continue;
                _ = Posix.InotifyRemove(_inotify, watch);
                _directories.Remove(watch);
            }
        }
    }

    public void Dispose()
    {
        _ = Posix.Write(_stop, 1UL, sizeof(ulong));
        _thread.Join();
        _ = Posix.Close(_inotify);
        _ = Posix.Close(_stop);
    }

    private void Run()
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var ready = new Posix.PollPair { First = _inotify, FirstWanted = Posix.PollIn, Second = _stop, SecondWanted = Posix.PollIn };
            _ = Posix.Poll(ref ready, 2, -1);
            if (ready.SecondFound != 0) return;
            var length = (int)Posix.Read(_inotify, ref buffer[0], buffer.Length);
            if (length > 0) Tell(buffer.AsSpan(0, length));
        }
    }

    // struct inotify_event { int wd; uint32_t mask; uint32_t cookie; uint32_t len; char name[len]; }
    private void Tell(ReadOnlySpan<byte> events)
    {
        while (events.Length >= 16)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            var name = Encoding.UTF8.GetString(events.Slice(16, length).TrimEnd((byte)0));
            events = events[(16 + length)..];
            if ((mask & Ignored) == 0) _changed(Event(watch, mask, name));
        }
    }

    private FileEvent Event(int watch, uint mask, string name)
    {
        string? directory;
        lock (_gate) directory = _directories.GetValueOrDefault(watch);
        if (directory is null || (mask & (Overflow | DirectoryGone)) != 0) return new(null, "", FileEventKind.Unknown);
        var kind = (mask & 0x40000000) != 0 ? FileEventKind.Directory
            : (mask & Modified) != 0 ? FileEventKind.Writing
            : FileEventKind.Changed;
        return new(directory, name, kind);
    }
}

/// <summary>What happened.</summary>
/// <param name="Directory">Where; null: anywhere.</param>
/// <param name="Name">To what in it.</param>
/// <param name="Kind">What.</param>
internal readonly record struct FileEvent(string? Directory, string Name, FileEventKind Kind);

/// <summary>Kinds of events.</summary>
internal enum FileEventKind
{
    /// <summary>Events were lost, or a watched directory went.</summary>
    Unknown,

    /// <summary>A directory came, went or changed.</summary>
    Directory,

    /// <summary>Somebody is writing a file.</summary>
    Writing,

    /// <summary>A file was written and closed, came, went, or has other permissions.</summary>
    Changed,
}
