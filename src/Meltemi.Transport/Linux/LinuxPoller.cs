using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meltemi.Transport;

/// <summary>
/// epoll with an eventfd to wake it. Connections are added once, edge-triggered for everything, and never modified: readiness is
/// remembered in the connection. The eventfd is edge-triggered too, so that its counter never needs to be read.
/// </summary>
internal sealed unsafe class LinuxPoller : Poller
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;
    private const uint EdgeTriggered = 1u << 31;
    private const uint Exclusive = 1u << 28;

    // struct epoll_event is packed on x64 only.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll;
    private readonly int _eventFd;
    private byte[] _native = [];

    public LinuxPoller()
    {
        _epoll = Libc.EpollCreate(CloseOnExec);
        if (_epoll < 0)
            throw new Win32Exception();
        _eventFd = Libc.EventFd(0, CloseOnExec | NonBlocking);
        if (_eventFd < 0)
            throw new Win32Exception();
        _ = Add(_eventFd, PollEvents.In | EdgeTriggered);
    }

    public override int AddConnection(int socket) =>
        Add(socket, PollEvents.In | PollEvents.Out | PollEvents.PeerHangup | EdgeTriggered);

    public override int AddListener(int socket) => Add(socket, PollEvents.In | Exclusive);

    public override void Remove(int socket)
    {
        byte* unused = stackalloc byte[16];
        _ = Libc.EpollControl(_epoll, ControlDelete, socket, unused);
    }

    public override int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        int bytes = events.Length * Stride;
        if (_native.Length < bytes)
            _native = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        byte* native = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_native));
        int count = timeoutMilliseconds == 0
            ? Libc.EpollPoll(_epoll, native, events.Length, 0)
            : Libc.EpollSleep(_epoll, native, events.Length, timeoutMilliseconds);
        int kept = 0;
        for (int i = 0; i < count; i++, native += Stride)
        {
            int socket = Unsafe.ReadUnaligned<int>(native + Stride - 8);
            if (socket != _eventFd)
                events[kept++] = new PollEvent(socket, Unsafe.ReadUnaligned<uint>(native));
        }
        return kept; // an interrupted wait (EINTR) is an empty one
    }

    public override void Wake()
    {
        ulong one = 1;
        _ = Libc.WriteEvent(_eventFd, &one, sizeof(ulong));
    }

    protected override void Dispose(bool disposing)
    {
        _ = Libc.Close(_eventFd);
        _ = Libc.Close(_epoll);
    }

    private int Add(int socket, uint events)
    {
        byte* native = stackalloc byte[16];
        Unsafe.WriteUnaligned(native, events);
        Unsafe.WriteUnaligned(native + Stride - 8, (long)socket);
        return Libc.EpollControl(_epoll, ControlAdd, socket, native) == 0 ? 0 : -Marshal.GetLastSystemError();
    }
}
