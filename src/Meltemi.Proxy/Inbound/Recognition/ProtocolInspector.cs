using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound.Recognition;

/// <summary>
/// Holds a connection until its first bytes say which chain serves it, then gives it to that one with all that has come:
/// <code>
///   bytes ---> recognised: the protocol's chain
///      \-----> nobody's:   the chain for others, or closed
///   time limit, or the client ends its half:
///      likely somebody's: that chain.  Else after the limit: the chain for others if the configuration says so, or closed
/// </code>
/// It is its own timer, and gone once the chain is known.
/// </summary>
internal sealed class ProtocolInspector : LoopTimer, IConnectionHandler
{
    private readonly InboundListener _listener;
    private readonly Connection _connection;
    private readonly RecognitionStats _stats;
    private Candidate? _likeliest;
    private bool _isActive = true;
    private bool _draining;

    public ProtocolInspector(InboundListener listener, Connection connection, TimeSpan timeout)
    {
        _listener = listener;
        _connection = connection;
        _stats = listener.State.Stats.Recognition;
        listener.Worker.Add(_stats.Active);
        if (timeout > TimeSpan.Zero) listener.Worker.Loop.Schedule(this, (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue / 2));
    }

    // Looked at anew each time: a chain may have gone meanwhile.
    private ListenerChains Chains => _listener.State.Chains;

    private ChainState? Likeliest => _likeliest is { } found && Chains.Find(found.Chain.Name) == found.Chain ? found.Chain : null;

    public void OnConnected(Connection connection) { }

    public int OnData(Connection connection, Span<byte> data)
    {
        if (Chains.Recogniser is not { } recogniser) Decide(Chains.Others, "");
        else if (recogniser.Choose(data, out _likeliest))
            Decide(Likeliest ?? Chains.Others, "its first bytes are of no protocol that the listener takes");
        return 0;
    }

    /// <summary>Who has said nothing at all wanted nothing.</summary>
    public void OnPeerClosed(Connection connection)
    {
        if (connection.UnconsumedBytes == 0) connection.Close();
        else Decide(Likeliest ?? Chains.Others, "it said too little to be of a protocol that the listener takes");
    }

    protected override void OnExpired()
    {
        _listener.Worker.Add(_stats.Timeout);
        var chain = Likeliest ?? (Chains.Recogniser is not { FallBackAfterTimeout: false } ? Chains.Others : null);
        Decide(chain, "it did not say in time which protocol it speaks");
    }

    public void OnClosed(Connection connection, CloseReason reason)
    {
        Leave();
        _listener.Closed(this);
    }

    public void OnHighWatermark(Connection connection) { }

    public void OnLowWatermark(Connection connection) { }

    /// <summary>The proxy is about to end: who has begun to speak is served first.</summary>
    public void Drain()
    {
        _draining = true;
        if (_connection.UnconsumedBytes == 0) _connection.Close();
    }

    public void Abort() => _connection.Abort();

    private void Decide(ChainState? chain, string otherwise)
    {
        _listener.Worker.Add(_likeliest?.Found ?? _stats.NotFound);
        if (chain is null)
        {
            _listener.Worker.Add(_stats.NoChain);
            var log = _listener.State.Log;
            if (log.IsEnabled(LogLevel.Debug)) log.Debug($"{_listener.State.Config.Name}: closing {_connection.RemoteEndPoint}: {otherwise}");
            _connection.Close();
            return;
        }

        Leave();
        var handler = chain.Serve(_listener, _connection);
        _listener.Replace(this, handler);
        _connection.HandOver(handler);
        if (_draining && handler is InboundConnection client) client.Drain();
    }

    private void Leave()
    {
        if (!_isActive) return;
        _isActive = false;
        Cancel();
        _listener.Worker.Add(_stats.Active, -1);
    }
}
