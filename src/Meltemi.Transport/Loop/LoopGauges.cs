namespace Meltemi.Transport;

/// <summary>What a loop holds at the moment. After everything is closed all of them are zero. Readable from any thread, roughly.</summary>
public sealed class LoopGauges
{
    private readonly EventLoop _loop;

    internal LoopGauges(EventLoop loop) => _loop = loop;

    /// <summary>Connections whose <see cref="IConnectionHandler.OnClosed"/> is still to come.</summary>
    public int OpenConnections { get; internal set; }

    /// <summary>Listeners not yet closed.</summary>
    public int OpenListeners { get; internal set; }

    /// <summary>Buffers in use by connections.</summary>
    public int RentedBuffers => _loop.Buffers.Rented;

    /// <summary>Bytes of these buffers.</summary>
    public long RentedBytes => _loop.Buffers.RentedBytes;

    /// <summary>Timers waiting.</summary>
    public int ScheduledTimers => _loop.Timers.Count;
}
