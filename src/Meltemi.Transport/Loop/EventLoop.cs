using System.Net;
using System.Net.Sockets;

namespace Meltemi.Transport;

/// <summary>
/// One thread's world: sockets, timers and posted calls, all run to completion one after the other. A turn:
/// <code>
/// 1. wait       sleeping only if nothing is left to do, and no longer than to the next timer
/// 2. clock      read once
/// 3. events     sockets read and accept; handlers append to other connections
/// 4. ready      connections that used up their share, or were resumed
/// 5. posted     calls from other threads
/// 6. timers
/// 7. flush      one send for each connection that was written to
/// 8. closes     sockets that ended in this turn (events of step 3 may have named them until now), then what that wrote is flushed
/// </code>
/// All members are for the loop's thread (or for anyone while the loop does not run), but for <see cref="Post"/> and <see cref="Stop"/>.
/// </summary>
public sealed partial class EventLoop : IDisposable
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Poller _poller;
    private readonly PostQueue _posted;
    private readonly PollEvent[] _events;
    private readonly long _origin;
    private PollSource?[] _sources = new PollSource?[64];
    private WorkList _ready = new();
    private WorkList _touched = new();
    private WorkList _closed = new();
    private byte[] _discarded = [];
    private bool _stopping;
    private bool _disposed;
    private int _thread;

    /// <summary>Makes a loop; it does nothing before <see cref="Run"/>.</summary>
    /// <param name="kernel">Sockets and clock.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="index">Its number among its like, for per-loop tables.</param>
    public EventLoop(Kernel kernel, LoopOptions? options = null, int index = 0)
    {
        Kernel = kernel;
        Options = options ?? LoopOptions.Default;
        Index = index;
        Gauges = new LoopGauges(this);
        Scratch = GC.AllocateUninitializedArray<byte>(ScratchHeadroom + Options.ScratchBytes, pinned: true);
        _events = new PollEvent[Options.MaxEventsPerTurn];
        _poller = kernel.NewPoller(this);
        _posted = new PostQueue(_poller);
        SynchronizationContext = new LoopSynchronizationContext(this, _posted);
        _origin = kernel.Nanoseconds / NanosecondsPerMillisecond;
        ReadClock();
    }

    /// <summary>Space before a read in <see cref="Scratch"/>, for a rest that belongs before it.</summary>
    internal const int ScratchHeadroom = 64 * 1024;

    /// <summary>The number given to the constructor.</summary>
    public int Index { get; }

    /// <summary>The kernel under the loop.</summary>
    public Kernel Kernel { get; }

    /// <summary>Monotonic time of the turn in milliseconds.</summary>
    public long NowMilliseconds { get; private set; }

    /// <summary>Monotonic time of the turn in nanoseconds.</summary>
    public long NowNanoseconds { get; private set; }

    /// <summary>What is open, rented and scheduled.</summary>
    public LoopGauges Gauges { get; }

    /// <summary>Brings continuations back to the loop; the current one while the loop runs.</summary>
    public SynchronizationContext SynchronizationContext { get; }

    /// <summary>Called after step 2 of each turn, before any handler. Default null.</summary>
    public Action? TurnStarted { get; set; }

    /// <summary>Called between steps 6 and 7: what it writes still leaves in this turn. Default null.</summary>
    public Action? TurnEnded { get; set; }

    /// <summary>The caller runs on this loop's thread.</summary>
    public bool IsOnLoopThread => _thread == Environment.CurrentManagedThreadId;

    internal LoopOptions Options { get; }

    internal BufferPool Buffers { get; } = new();

    internal TimerWheel Timers { get; } = new();

    internal byte[] Scratch { get; }

    internal Memory<byte> DiscardedMemory => _discarded;

    /// <summary>Turns on the calling thread until <see cref="Stop"/>.</summary>
    public void Run()
    {
        SynchronizationContext? previous = Enter();
        try
        {
            while (!Volatile.Read(ref _stopping))
                Turn(-1);
        }
        finally
        {
            Leave(previous);
        }
    }

    /// <summary>One turn.</summary>
    /// <param name="maxWaitMilliseconds">Longest sleep if nothing is to be done; -1: without limit.</param>
    /// <returns>False if nothing happened.</returns>
    public bool RunOnce(int maxWaitMilliseconds)
    {
        SynchronizationContext? previous = Enter();
        try
        {
            return Turn(maxWaitMilliseconds);
        }
        finally
        {
            Leave(previous);
        }
    }

    /// <summary>Ends <see cref="Run"/> after the current turn; a later <see cref="Run"/> returns at once. Any thread.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stopping, true);
        _posted.Wake();
    }

    /// <summary>Runs the callback on the loop, in order of posting. Any thread. Dropped after <see cref="Dispose"/>.</summary>
    public void Post(Action<object?> callback, object? state) => _posted.Add(callback, state);

    /// <summary>
    /// Starts a timer, or starts it anew: it expires in the first turn whose <see cref="NowMilliseconds"/> is so much later than now.
    /// </summary>
    /// <param name="timer">Not scheduled on another loop.</param>
    /// <param name="delayMilliseconds">At least 1; less counts as 1.</param>
    public void Schedule(LoopTimer timer, int delayMilliseconds) =>
        Timers.Add(timer, NowMilliseconds - _origin + Math.Max(1, delayMilliseconds));

    /// <summary>Opens a connection. Failure arrives as <see cref="IConnectionHandler.OnClosed"/>, never as an exception.</summary>
    /// <param name="address">IP or Unix domain socket; names must have been resolved.</param>
    /// <param name="options">Settings.</param>
    /// <param name="handler">Hears of it.</param>
    public Connection Connect(EndPoint address, ConnectionOptions options, IConnectionHandler handler)
    {
        var connection = new Connection(this, Kernel.Connect(address, options), address, options, handler, null);
        Gauges.OpenConnections++;
        connection.StartConnecting();
        return connection;
    }

    /// <summary>Accepts connections at an address, on this loop only; for several see <see cref="ListenerGroup"/>.</summary>
    /// <exception cref="SocketException">The address is in use or not ours.</exception>
    public Listener Listen(EndPoint address, ListenerOptions options, IConnectionAcceptor acceptor)
    {
        ListeningSocket socket = ListeningSocket.Open(Kernel, address, options);
        return Listen(socket, options, acceptor);
    }

    /// <summary>Aborts what is open (<see cref="CloseReason.LoopStopped"/>), tells the handlers, and gives the descriptors back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stopping = true;
        foreach (PollSource? source in _sources)
        {
            if (source is Listener listener)
                listener.Close();
            else if (source is Connection connection)
                connection.Finish(CloseReason.LoopStopped, reset: true);
        }
        // Handlers may connect anew when told; a few rounds are patience enough.
        for (int round = 0; round < 8 && _closed.Count > 0; round++)
            CloseEnded();
        _posted.Close();
        _poller.Dispose();
    }

    internal Listener Listen(ListeningSocket socket, ListenerOptions options, IConnectionAcceptor acceptor)
    {
        var listener = new Listener(this, socket, options, acceptor);
        Gauges.OpenListeners++;
        listener.Start();
        return listener;
    }

    /// <summary>Takes an accepted connection in.</summary>
    internal void Accept(Connection connection, ListenerOptions options, IConnectionAcceptor acceptor)
    {
        Gauges.OpenConnections++;
        if (Register(connection) is < 0)
        {
            connection.Finish(CloseReason.ConnectFailed, reset: true);
            return;
        }
        if (options.ProxyProtocol)
        {
            var proxied = new ProxyProtocolHandler(connection, acceptor);
            connection.Handler = proxied;
            proxied.Start(options.ProxyProtocolTimeout);
            return;
        }
        try
        {
            connection.Handler = acceptor.OnAccepted(connection);
        }
        catch (Exception e)
        {
            ReportUnhandled(e, connection);
            connection.Finish(CloseReason.HandlerFailed, reset: true);
        }
    }

    internal void ReportUnhandled(Exception exception, object? about) => Options.OnUnhandled(exception, about);

    /// <summary>A place for bytes that nobody will send.</summary>
    internal Span<byte> DiscardedBytes(int sizeHint)
    {
        if (_discarded.Length < Math.Max(1, sizeHint))
            _discarded = new byte[Math.Max(sizeHint, 4096)];
        return _discarded;
    }
}
