using System.Runtime.InteropServices;

namespace Meltemi.Bench.Lab.Engine;

/// <summary>
/// The system calls of the hot path and the few things .NET does not offer. <c>recv</c> and <c>send</c> are only used with
/// <see cref="DontWait"/>, so they never block and may skip the garbage collector's transition; their errno is read right after them.
/// </summary>
internal static unsafe partial class Libc
{
    public const uint In = 0x1, Out = 0x4, Error = 0x8, HangUp = 0x10, PeerHangUp = 0x2000, EdgeTriggered = 1u << 31;
    public const int Add = 1, Delete = 2;
    public const int DontWait = 0x40, NoSignal = 0x4000;
    public const int WouldBlock = 11, Interrupted = 4;
    public const int SigTerm = 15;
    public const int ClockMonotonic = 1;
    private const int CloseOnExec = 0x80000;
    private const int TimerNonBlocking = 0x800;

    /// <summary><c>epoll_event</c> is packed on x86-64 only.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Offset of the user's word in <c>epoll_event</c>.</summary>
    public static readonly int EventDataOffset = EventSize - 8;

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(int fd, byte* buffer, nint length, int flags);

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int maxEvents, int timeoutMilliseconds);

    public static int EpollCreate() => Checked(EpollCreate1(CloseOnExec), "epoll_create1");

    public static void EpollControl(int epoll, int operation, int fd, uint events, int data)
    {
        var record = stackalloc byte[EventSize];
        *(uint*)record = events;
        *(long*)(record + EventDataOffset) = data;
        Checked(EpollCtl(epoll, operation, fd, record), "epoll_ctl");
    }

    /// <summary>A file descriptor that becomes readable every <paramref name="periodNanoseconds"/>.</summary>
    public static int PeriodicTimer(long periodNanoseconds)
    {
        var fd = Checked(TimerCreate(ClockMonotonic, CloseOnExec | TimerNonBlocking), "timerfd_create");
        var seconds = periodNanoseconds / 1_000_000_000;
        var rest = periodNanoseconds % 1_000_000_000;
        var spec = stackalloc long[] { seconds, rest, seconds, rest };
        Checked(TimerSet(fd, 0, spec, null), "timerfd_settime");
        return fd;
    }

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int fd, void* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ClockGetTime(int clock, long* timespec);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate1(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollCtl(int epoll, int operation, int fd, byte* record);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    private static partial int TimerCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    private static partial int TimerSet(int fd, int flags, long* value, long* old);

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
}
