using System.Buffers;
using System.Net;

namespace Meltemi.Transport;

/// <summary>
/// One stream socket on one loop; loop thread only. Reads are delivered to the handler in the loop's own buffer and writes are
/// gathered until the end of the turn, so a connection with nothing left over holds no memory but this object.
/// <para>No method calls the handler back from inside: what follows from a call comes later in the same turn or in the next.</para>
/// </summary>
public sealed partial class Connection : PollSource, IBufferWriter<byte>
{
    private readonly ConnectionOptions _options;
    private readonly Listener? _listener;
    private IConnectionHandler _handler;
    private ConnectionTimer? _timer;
    private EndPoint? _local;
    private EndPoint? _originalDestination;
    private State _state;

    private enum State : byte
    {
        Connecting,
        Open,

        // Close was called: sends what is pending, then ends its direction and waits for the peer's end.
        Closing,

        // Out of use; the socket itself is closed at the end of the turn.
        Closed,
    }

    internal Connection(
        EventLoop loop, int socket, EndPoint? remote, ConnectionOptions options, IConnectionHandler handler, Listener? listener)
        : base(loop, socket)
    {
        _options = options;
        _handler = handler;
        _listener = listener;
        RemoteEndPoint = remote;
        _state = listener is null ? State.Connecting : State.Open;
    }

    /// <summary>The peer; behind a PROXY protocol header the client that it names. Null if it has no address.</summary>
    public EndPoint? RemoteEndPoint { get; internal set; }

    /// <summary>The own address, or the destination in the PROXY protocol header; null if unknown.</summary>
    public EndPoint? LocalEndPoint
    {
        get => _local ??= Socket >= 0 ? Loop.Kernel.LocalEndPoint(Socket) : null;
        internal set => _local = value;
    }

    /// <summary>Where the client wanted to go before a firewall redirected it; null if it was not redirected or is closed.</summary>
    public EndPoint? OriginalDestination => _originalDestination ??= Socket >= 0 ? Loop.Kernel.OriginalDestination(Socket) : null;

    /// <summary>Made by <see cref="EventLoop.Connect"/>, not accepted.</summary>
    public bool IsOutgoing => _listener is null;

    /// <summary>Established and not ended. Before that, what is written waits.</summary>
    public bool IsConnected => _state is State.Open or State.Closing;

    /// <summary>Ended: writes are ignored, and <see cref="IConnectionHandler.OnClosed"/> was called or will be.</summary>
    public bool IsClosed => _state == State.Closed;

    /// <summary><see cref="Close"/> was called, or the connection is closed already: nothing more will be received.</summary>
    public bool IsClosing => _state >= State.Closing;

    /// <summary>The peer ended its direction.</summary>
    public bool IsPeerClosed { get; private set; }

    /// <summary>The system's error number (<see cref="Errno"/>) behind the close reason; 0 if there is none.</summary>
    public int Error { get; private set; }

    /// <summary>Bytes read from the socket.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes that the kernel took.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The listener that accepted it; null for outgoing ones.</summary>
    public Listener? Listener => _listener;

    internal IConnectionHandler Handler
    {
        get => _handler;
        set => _handler = value;
    }

    internal override void OnEvents(uint events)
    {
        if (_state == State.Connecting && !FinishConnecting(events))
            return;
        if ((events & PollEvents.Out) != 0)
        {
            _writable = true;
            if (_sending.Pending > 0 || _state == State.Closing)
                Touch();
        }
        if ((events & PollEvents.AnyRead) == 0)
            return;
        _readable = true;
        _endSeen |= (events & PollEvents.AnyEnd) != 0;
        if (_isReady)
            return; // read from the ready list in this turn anyway
        if (!_paused || _state == State.Closing)
            Receive();
        else if ((events & PollEvents.Error) != 0)
            FailWhilePaused();
    }

    private void ReportAndAbort(Exception exception)
    {
        Loop.ReportUnhandled(exception, this);
        Finish(CloseReason.HandlerFailed, reset: true);
    }
}
