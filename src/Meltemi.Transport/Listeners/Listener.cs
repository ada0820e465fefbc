using System.Net;

namespace Meltemi.Transport;

/// <summary>Accepts connections on one loop. Loop thread only, but for the counts, which any thread may read roughly.</summary>
public sealed class Listener : PollSource
{
    // Others want their turn as well; the event is level-triggered, so the rest is told again. Of a socket that the loops share each
    // takes one, so that the busiest one does not take all.
    private const int MaxAcceptsPerTurn = 64;
    private const int MaxSharedAcceptsPerTurn = 1;

    private const int FirstBackOffMilliseconds = 50;
    private const int LongestBackOffMilliseconds = 1000;

    private readonly ListeningSocket _listening;
    private readonly ListenerOptions _options;
    private readonly IConnectionAcceptor _acceptor;
    private readonly RetryTimer _retry;
    private int _backOff;
    private bool _watching;

    internal Listener(EventLoop loop, ListeningSocket listening, ListenerOptions options, IConnectionAcceptor acceptor)
        : base(loop, listening.Socket)
    {
        _listening = listening;
        _options = options;
        _acceptor = acceptor;
        _retry = new RetryTimer(this);
        LocalEndPoint = listening.Bound;
    }

    /// <summary>Where it listens, with the real port.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>No more connections are accepted.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Connections accepted here and still open.</summary>
    public int OpenConnections { get; private set; }

    /// <summary>Connections accepted, without those over the limit.</summary>
    public long Accepted { get; private set; }

    /// <summary>Connections closed at once because of <see cref="ListenerOptions.Limit"/>.</summary>
    public long RefusedOverLimit { get; private set; }

    /// <summary>Connections reset because their PROXY protocol header was wrong, cut or late.</summary>
    public long BadProxyHeaders { get; private set; }

    /// <summary>Accept errors of single connections.</summary>
    public long TransientErrors { get; private set; }

    /// <summary>Times that accepting paused for want of descriptors or memory.</summary>
    public long ResourceErrors { get; private set; }

    /// <summary>
    /// Takes what clients have already been told is connected, then closes the listening socket. Open connections go on: draining them
    /// is their owner's matter.
    /// </summary>
    public void StopAccepting()
    {
        if (IsClosed)
            return;
        AcceptSome(_options.Backlog);
        Close();
    }

    /// <summary>Closes the listening socket; what waits in its queue is reset.</summary>
    public void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        _retry.Cancel();
        Unwatch();
        Loop.Gauges.OpenListeners--;
        _listening.Release();
    }

    internal void Start()
    {
        int error = Loop.Register(this);
        _watching = error == 0;
        if (error != 0)
            OnError(-error);
    }

    internal override void OnEvents(uint events) =>
        AcceptSome(_listening.IsShared ? MaxSharedAcceptsPerTurn : MaxAcceptsPerTurn);

    internal void Released(Connection connection)
    {
        OpenConnections--;
        _options.Limit?.Release();
    }

    internal void ProxyHeaderFailed(CloseReason reason)
    {
        if (reason == CloseReason.BadProxyHeader)
            BadProxyHeaders++;
    }

    private void AcceptSome(int maximum)
    {
        for (int i = 0; i < maximum && !IsClosed; i++)
        {
            int socket = Loop.Kernel.Accept(Socket, out EndPoint? remote);
            if (socket >= 0)
            {
                _backOff = 0;
                Admit(socket, remote);
                continue;
            }
            if (socket == -Errno.EAGAIN)
                return;
            if (socket != -Errno.EINTR && !OnError(-socket))
                return;
        }
    }

    private void Admit(int socket, EndPoint? remote)
    {
        if (_options.Limit is { } limit && !limit.TryAcquire())
        {
            RefusedOverLimit++;
            Loop.Kernel.Close(socket, reset: true);
            return;
        }
        Accepted++;
        OpenConnections++;
        Loop.Accept(new Connection(Loop, socket, remote, _options.Connections, Unhandled.Instance, this), _options, _acceptor);
    }

    /// <summary>Answers whether to go on accepting now.</summary>
    private bool OnError(int errno)
    {
        switch (AcceptErrors.Classify(errno))
        {
            case AcceptError.Transient:
                TransientErrors++;
                return true;
            case AcceptError.OutOfResources:
                // The event would come again at once and forever: look away for a while.
                ResourceErrors++;
                Unwatch();
                bool first = _backOff == 0;
                _backOff = first ? FirstBackOffMilliseconds : Math.Min(_backOff * 2, LongestBackOffMilliseconds);
                Loop.Schedule(_retry, _backOff);
                if (first)
                    Report(AcceptError.OutOfResources, errno);
                return false;
            default:
                Close();
                Report(AcceptError.Fatal, errno);
                return false;
        }
    }

    private void Report(AcceptError kind, int errno)
    {
        try
        {
            _options.OnAcceptError?.Invoke(this, kind, errno);
        }
        catch (Exception e)
        {
            Loop.ReportUnhandled(e, this);
        }
    }

    private void Unwatch()
    {
        if (!_watching)
            return;
        _watching = false;
        Loop.Unregister(this);
    }

    private sealed class RetryTimer(Listener listener) : LoopTimer
    {
        protected internal override void OnExpired() => listener.Start();
    }

    /// <summary>Stands in until the acceptor has said who handles the connection.</summary>
    internal sealed class Unhandled : IConnectionHandler
    {
        public static readonly Unhandled Instance = new();

        public void OnConnected(Connection connection) { }

        public int OnData(Connection connection, Span<byte> data) => 0;

        public void OnPeerClosed(Connection connection) => connection.Abort();

        public void OnClosed(Connection connection, CloseReason reason) { }

        public void OnHighWatermark(Connection connection) { }

        public void OnLowWatermark(Connection connection) { }
    }
}
