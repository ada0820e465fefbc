using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Meltemi.Bench.Micro.SystemCalls;

/// <summary>
/// What <see cref="SuppressGCTransitionAttribute"/> saves of the loop's system calls, none of which waits: a look for events that finds none, a receive
/// that finds nothing, and 250 bytes sent and received through a pair of sockets. With transition each call also keeps errno, as the loop needs it.
/// </summary>
public unsafe partial class TransitionBench
{
    private const int Unix = 1;
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int DontWait = 0x40;
    private const int Length = 250;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(4096, pinned: true);
    private byte* _buffer;
    private int _epoll;
    private int _left;
    private int _right;

    [GlobalSetup]
    public void Open()
    {
        _buffer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
        var pair = stackalloc int[2];
        if (SocketPair(Unix, Stream | NonBlocking, 0, pair) != 0) throw new InvalidOperationException("no pair of sockets");
        (_left, _right) = (pair[0], pair[1]);
        _epoll = EpollCreate(0);
        if (SendAndReceive() != Length || SendAndReceiveSuppressed() != Length) throw new InvalidOperationException("what was sent did not arrive");
    }

    [GlobalCleanup]
    public void Close()
    {
        foreach (var descriptor in (int[])[_left, _right, _epoll]) _ = Close(descriptor);
    }

    [Benchmark]
    public int Poll() => EpollWait(_epoll, _buffer, 16, 0);

    [Benchmark]
    public int PollSuppressed() => EpollWaitSuppressed(_epoll, _buffer, 16, 0);

    [Benchmark]
    public nint ReceiveNothing() => Receive(_left, _buffer, Length, DontWait);

    [Benchmark]
    public nint ReceiveNothingSuppressed() => ReceiveSuppressed(_left, _buffer, Length, DontWait);

    [Benchmark]
    public nint SendAndReceive()
    {
        _ = Send(_left, _buffer, Length, DontWait);
        return Receive(_right, _buffer, Length, DontWait);
    }

    [Benchmark]
    public nint SendAndReceiveSuppressed()
    {
        _ = SendSuppressed(_left, _buffer, Length, DontWait);
        return ReceiveSuppressed(_right, _buffer, Length, DontWait);
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, byte* events, int maxEvents, int timeout);

    [LibraryImport("libc", EntryPoint = "epoll_wait"), SuppressGCTransition]
    private static partial int EpollWaitSuppressed(int epoll, byte* events, int maxEvents, int timeout);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv"), SuppressGCTransition]
    private static partial nint ReceiveSuppressed(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send"), SuppressGCTransition]
    private static partial nint SendSuppressed(int socket, byte* buffer, nint length, int flags);
}
