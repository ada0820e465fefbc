using System.Net;

namespace Meltemi.Transport;

/// <summary>
/// The seam below everything: about a dozen system calls and a clock. <see cref="LinuxKernel"/> is the real one,
/// <see cref="MemoryKernel"/> plays sockets and time in memory. All logic (buffers, watermarks, timers, closing) sits above and
/// is the same for both.
/// <para>Sockets are small non-negative numbers. A call answers with a count or a socket, or with a negated <see cref="Errno"/>;
/// nothing throws because of the network. Sockets never block.</para>
/// </summary>
public abstract class Kernel
{
    /// <summary>Monotonic clock in nanoseconds, from any origin.</summary>
    public abstract long Nanoseconds { get; }

    /// <summary>A readiness queue for one loop.</summary>
    public abstract Poller NewPoller(EventLoop loop);

    /// <summary>Binds and listens. Any thread.</summary>
    /// <param name="address">IP or Unix domain socket; port 0 asks for a free one.</param>
    /// <param name="options">Of the listener; those for accepted connections are set here too, where the kernel inherits them.</param>
    /// <param name="bound">The real address.</param>
    /// <returns>The listening socket or a negated error.</returns>
    public abstract int Listen(EndPoint address, ListenerOptions options, out EndPoint bound);

    /// <summary>Takes a connection from the queue of a listening socket.</summary>
    /// <param name="listener">The listening socket.</param>
    /// <param name="remote">The peer's address; null if it has none (Unix domain sockets).</param>
    /// <returns>The new socket or a negated error.</returns>
    public abstract int Accept(int listener, out EndPoint? remote);

    /// <summary>Starts a connection; its outcome is told by <see cref="PollEvents.Out"/> and <see cref="TakeError"/>.</summary>
    /// <returns>The new socket or a negated error.</returns>
    public abstract int Connect(EndPoint address, ConnectionOptions options);

    /// <summary>The socket's pending error (positive), which is thereby cleared; 0 if none.</summary>
    public abstract int TakeError(int socket);

    /// <summary>
    /// Reads what is there, up to the buffer's length; 0 at the end of the peer's stream. A short read means: no more now.
    /// </summary>
    public abstract int Receive(int socket, Span<byte> buffer);

    /// <summary>Sends the slices in order; the sum may be taken in part, which means: no more now.</summary>
    public abstract int Send(int socket, ReadOnlySpan<IoSlice> slices);

    /// <summary>Ends the own direction (FIN); 0 or a negated error.</summary>
    public abstract int ShutdownSend(int socket);

    /// <summary>Closes the socket, which thereby leaves its poller.</summary>
    /// <param name="socket">Any socket.</param>
    /// <param name="reset">The peer shall see a reset instead of an end.</param>
    public abstract void Close(int socket, bool reset);

    /// <summary>Closes a listening socket and removes what its address left behind (a socket file).</summary>
    public abstract void CloseListener(int socket, EndPoint bound);

    /// <summary>The socket's own address; null if unknown.</summary>
    public abstract EndPoint? LocalEndPoint(int socket);

    /// <summary>Where the client wanted to go before a firewall redirected it (SO_ORIGINAL_DST); null if it was not.</summary>
    public abstract EndPoint? OriginalDestination(int socket);
}
