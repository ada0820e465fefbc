using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meltemi.Transport;

/// <summary>Linux sockets by direct system calls. Stateless but for the socket files that it made; all loops share one.</summary>
public sealed unsafe class LinuxKernel : Kernel
{
    private const int StreamNonBlockingCloseOnExec = 1 | 0x800 | 0x80000;
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int NoSignal = 0x4000;
    private const int ShutWrite = 1;

    // Above this a send may take so long that a garbage collection should not have to wait for it.
    private const int LongSend = 64 * 1024;

    private readonly ConcurrentDictionary<int, UnixSocketFiles.Identity> _socketFiles = new();

    /// <summary>The kernel of this process.</summary>
    public static LinuxKernel Instance { get; } = new();

    private LinuxKernel()
    {
    }

    /// <inheritdoc/>
    public override long Nanoseconds => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds: Stopwatch.Frequency is 1e9 on Linux

    /// <inheritdoc/>
    public override Poller NewPoller(EventLoop loop) => new LinuxPoller();

    /// <inheritdoc/>
    public override int Listen(EndPoint address, ListenerOptions options, out EndPoint bound)
    {
        bound = address;
        string? path = address is UnixDomainSocketEndPoint unix ? UnixSocketFiles.PathOf(unix) : null;
        if (path is not null)
            UnixSocketFiles.RemoveStale(path);
        int socket = Open(address);
        if (socket < 0)
            return socket;
        bool isTcp = address is IPEndPoint;
        if (isTcp)
        {
            _ = SocketOptions.ReuseAddress(socket);
            if (options.ReusePort)
                _ = SocketOptions.ReusePort(socket);
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                _ = SocketOptions.Ipv6Only(socket, !options.DualStack);
        }
        SocketOptions.Apply(socket, options.Connections, isTcp);
        int error = Bind(socket, address);
        if (error == 0 && path is not null)
        {
            _socketFiles[socket] = UnixSocketFiles.Identify(path);
            if (options.SocketFileMode is { } mode && Libc.ChangeMode(path, (uint)mode) != 0)
                error = -Marshal.GetLastPInvokeError();
        }
        if (error == 0 && Libc.Listen(socket, options.Backlog) != 0)
            error = -Marshal.GetLastPInvokeError();
        if (error != 0)
        {
            CloseListener(socket, address);
            return error;
        }
        bound = LocalEndPoint(socket) ?? address;
        return socket;
    }

    /// <inheritdoc/>
    public override int Accept(int listener, out EndPoint? remote)
    {
        byte* address = stackalloc byte[SocketAddresses.MaxLength + 1];
        uint length = SocketAddresses.MaxLength;
        int socket = Libc.Accept(listener, address, &length, NonBlockingCloseOnExec);
        if (socket < 0)
        {
            int error = -Marshal.GetLastSystemError();
            remote = null;
            return error;
        }
        remote = SocketAddresses.Read(new ReadOnlySpan<byte>(address, (int)Math.Min(length, SocketAddresses.MaxLength)));
        return socket;
    }

    /// <inheritdoc/>
    public override int Connect(EndPoint address, ConnectionOptions options)
    {
        int socket = Open(address);
        if (socket < 0)
            return socket;
        SocketOptions.Apply(socket, options, address is IPEndPoint);
        int error = 0;
        if (options.LocalAddress is { } local && address is IPEndPoint)
        {
            if (local.Port == 0)
                _ = SocketOptions.BindWithoutPort(socket);
            error = Bind(socket, local);
        }
        if (error == 0)
        {
            byte* native = stackalloc byte[SocketAddresses.MaxLength];
            int length = SocketAddresses.Write(address, new Span<byte>(native, SocketAddresses.MaxLength));
            if (Libc.Connect(socket, native, (uint)length) != 0 && Marshal.GetLastPInvokeError() != Errno.EINPROGRESS)
                error = -Marshal.GetLastPInvokeError();
        }
        if (error == 0)
            return socket;
        _ = Libc.Close(socket);
        return error;
    }

    /// <inheritdoc/>
    public override int TakeError(int socket) => SocketOptions.TakeError(socket);

    /// <inheritdoc/>
    public override int Receive(int socket, Span<byte> buffer)
    {
        nint count = Libc.Receive(socket, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer)), buffer.Length, 0);
        return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
    }

    /// <inheritdoc/>
    public override int Send(int socket, ReadOnlySpan<IoSlice> slices)
    {
        if (slices.Length == 1 && slices[0].Length <= LongSend)
        {
            nint sent = Libc.SendShort(socket, slices[0].Pointer, (nint)slices[0].Length, NoSignal);
            return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
        }
        nuint total = 0;
        foreach (ref readonly IoSlice slice in slices)
            total += slice.Length;
        fixed (IoSlice* first = slices)
        {
            var message = new Libc.MessageHeader { Slices = first, SliceCount = (nuint)slices.Length };
            if (total <= LongSend)
            {
                nint sent = Libc.SendManyShort(socket, &message, NoSignal);
                return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
            }
            nint count = Libc.SendManyLong(socket, &message, NoSignal);
            return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
        }
    }

    /// <inheritdoc/>
    public override int ShutdownSend(int socket) => Libc.Shutdown(socket, ShutWrite) == 0 ? 0 : -Marshal.GetLastPInvokeError();

    /// <inheritdoc/>
    public override void Close(int socket, bool reset)
    {
        if (reset)
            _ = SocketOptions.ResetOnClose(socket);
        _ = Libc.Close(socket); // the descriptor is gone even if close(2) is interrupted: never again
    }

    /// <inheritdoc/>
    public override void CloseListener(int socket, EndPoint bound)
    {
        // The file first: a successor that binds the path must not lose its own.
        if (_socketFiles.TryRemove(socket, out UnixSocketFiles.Identity ours) && bound is UnixDomainSocketEndPoint unix &&
            UnixSocketFiles.PathOf(unix) is { } path && ours != default && UnixSocketFiles.Identify(path) == ours)
            UnixSocketFiles.Remove(path);
        _ = Libc.Close(socket);
    }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint(int socket)
    {
        byte* address = stackalloc byte[SocketAddresses.MaxLength];
        uint length = SocketAddresses.MaxLength;
        return Libc.LocalAddress(socket, address, &length) == 0
            ? SocketAddresses.Read(new ReadOnlySpan<byte>(address, (int)Math.Min(length, SocketAddresses.MaxLength)))
            : null;
    }

    /// <inheritdoc/>
    public override EndPoint? OriginalDestination(int socket)
    {
        byte* address = stackalloc byte[SocketAddresses.MaxLength];
        // A dual-stack listener's socket is IPv6 while the firewall tracked IPv4: ask both.
        int length = SocketOptions.OriginalDestination(socket, ipv6: false, address, SocketAddresses.MaxLength);
        if (length == 0)
            length = SocketOptions.OriginalDestination(socket, ipv6: true, address, SocketAddresses.MaxLength);
        return length == 0 ? null : SocketAddresses.Read(new ReadOnlySpan<byte>(address, length));
    }

    private static int Open(EndPoint address)
    {
        int family = address switch
        {
            IPEndPoint { AddressFamily: AddressFamily.InterNetwork } => SocketAddresses.FamilyInet,
            IPEndPoint => SocketAddresses.FamilyInet6,
            UnixDomainSocketEndPoint => SocketAddresses.FamilyUnix,
            _ => -1,
        };
        if (family < 0)
            return -Errno.EAFNOSUPPORT;
        int socket = Libc.Socket(family, StreamNonBlockingCloseOnExec, 0);
        return socket >= 0 ? socket : -Marshal.GetLastPInvokeError();
    }

    private static int Bind(int socket, EndPoint address)
    {
        byte* native = stackalloc byte[SocketAddresses.MaxLength];
        int length = SocketAddresses.Write(address, new Span<byte>(native, SocketAddresses.MaxLength));
        return Libc.Bind(socket, native, (uint)length) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }
}
