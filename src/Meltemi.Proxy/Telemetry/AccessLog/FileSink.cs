using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// A file that is appended to. Opened with O_APPEND, which .NET's own file modes do not do: so nothing is overwritten when two
/// processes write during a restart, or when a rotation truncates the file in place.
/// </summary>
internal sealed partial class FileSink : IAccessLogSink
{
    private const int WriteOnly = 0x1, Create = 0x40, Append = 0x400, CloseOnExec = 0x80000;
    private const int Mode = 0b110_100_100; // rw-r--r--

    private readonly string _path;
    private SafeFileHandle _file;

    public FileSink(string path)
    {
        _path = path;
        _file = Open(path);
    }

    public void Write(ReadOnlySpan<byte> lines) => RandomAccess.Write(_file, lines, fileOffset: 0); // O_APPEND overrules the offset

    public void Reopen()
    {
        var old = _file;
        _file = Open(_path);
        old.Dispose();
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string path)
    {
        var descriptor = OpenFile(path, WriteOnly | Create | Append | CloseOnExec, Mode);
        if (descriptor < 0) throw new IOException($"cannot open '{path}': {Marshal.GetLastPInvokeErrorMessage()}");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);
}
