using System.Runtime.InteropServices;

namespace Meltemi.Transport;

/// <summary>
/// The system calls. Those that never wait suppress the GC transition; reading errno must then follow at once, with
/// <see cref="Marshal.GetLastSystemError"/> and nothing in between. Those that may take long (a sleeping epoll_wait, sends of many
/// kilobytes, which on loopback run the receiver's side too) have a transition, so that a collection need not wait for them.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl"), SuppressGCTransition]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait"), SuppressGCTransition]
    public static partial int EpollPoll(int epoll, byte* events, int maxEvents, int zeroTimeout);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollSleep(int epoll, byte* events, int maxEvents, int timeout);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "write"), SuppressGCTransition]
    public static partial nint WriteEvent(int descriptor, ulong* one, nint eight);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int socket, int backlog);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "accept4"), SuppressGCTransition]
    public static partial int Accept(int socket, byte* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "recv"), SuppressGCTransition]
    public static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send"), SuppressGCTransition]
    public static partial nint SendShort(int socket, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg"), SuppressGCTransition]
    public static partial nint SendManyShort(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendManyLong(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int name, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int LocalAddress(int socket, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int directory, string path, int flags, uint mask, byte* stat);

    [LibraryImport(Library, EntryPoint = "chmod", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int ChangeMode(string path, uint mode);

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoSlice* Slices;
        public nuint SliceCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
