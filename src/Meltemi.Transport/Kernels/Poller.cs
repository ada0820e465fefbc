namespace Meltemi.Transport;

/// <summary>Readiness of the sockets of one loop. All but <see cref="Wake"/> is for the loop's thread only.</summary>
public abstract class Poller : IDisposable
{
    /// <summary>
    /// Watches a connection, edge-triggered, both ways, until it is closed: one call per connection and none later.
    /// </summary>
    /// <returns>0 or a negated error.</returns>
    public abstract int AddConnection(int socket);

    /// <summary>Watches a listening socket, level-triggered; of several loops that share it the kernel wakes few.</summary>
    /// <returns>0 or a negated error.</returns>
    public abstract int AddListener(int socket);

    /// <summary>Stops watching.</summary>
    public abstract void Remove(int socket);

    /// <summary>Waits for events.</summary>
    /// <param name="events">Filled from the start.</param>
    /// <param name="timeoutMilliseconds">0: do not sleep; -1: without limit.</param>
    /// <returns>How many events; 0 after the time or a <see cref="Wake"/>.</returns>
    public abstract int Wait(Span<PollEvent> events, int timeoutMilliseconds);

    /// <summary>Ends the current or next sleep of <see cref="Wait"/>. Any thread.</summary>
    public abstract void Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the descriptors back.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A socket and what happened to it (<see cref="PollEvents"/>).</summary>
public readonly record struct PollEvent(int Socket, uint Events);

/// <summary>Event bits, with the values of epoll_ctl(2).</summary>
public static class PollEvents
{
    /// <summary>Bytes, an end or a connection arrived.</summary>
    public const uint In = 0x001;

    /// <summary>Sending is possible (again).</summary>
    public const uint Out = 0x004;

    /// <summary>The socket has an error.</summary>
    public const uint Error = 0x008;

    /// <summary>Both directions have ended.</summary>
    public const uint Hangup = 0x010;

    /// <summary>The peer ended its direction.</summary>
    public const uint PeerHangup = 0x2000;

    /// <summary>All that a read can tell more about.</summary>
    public const uint AnyRead = In | Error | Hangup | PeerHangup;

    /// <summary>After these a read must go on until the end is seen, however short it was.</summary>
    public const uint AnyEnd = Error | Hangup | PeerHangup;
}

/// <summary>Bytes to send; the layout is that of struct iovec.</summary>
public unsafe struct IoSlice
{
    /// <summary>First byte; pinned by the owner.</summary>
    public byte* Pointer;

    /// <summary>Number of bytes.</summary>
    public nuint Length;
}
