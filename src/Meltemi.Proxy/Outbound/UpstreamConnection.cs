using Meltemi.Codec;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Routing;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// A connection to an endpoint: matches answers to requests, keeps itself alive, and when it ends gives every request in flight its answer. It
/// is its own timer, which looks after heartbeats and idleness lazily: activity notes the time, the timer compares.
/// </summary>
internal sealed class UpstreamConnection : LoopTimer, IConnectionHandler
{
    private readonly ICodec _codec;
    private readonly CircuitBreaker.Share? _limits;
    private readonly object? _state;
    private readonly PendingTable? _pending;
    private readonly OrderedTable? _order;
    private readonly List<InboundConnection> _slowedClients = [];
    private byte[]? _localAddress;
    private ByteCounter _bytes;
    private ConnectionLife _life = ConnectionLife.Endless;
    private long _lastReceived;
    private long _lastUsed;
    private bool _heartbeatSent;
    private bool _wasConnected;
    private ReplyReason _endReason = ReplyReason.ConnectionClosed;

    public UpstreamConnection(ConnectionPool pool, InboundConnection? boundClient, Route? boundRoute, CircuitBreaker.Share? limits)
    {
        _limits = limits;
        Pool = pool;
        Worker = pool.Worker;
        Cluster = pool.Endpoint.Cluster;
        BoundClient = boundClient;
        BoundRoute = boundRoute;
        Retired = pool.Endpoint.Draining; // for a request that was on its way here when the endpoint left
        _codec = pool.Codec;
        _state = _codec.NewConnectionState(Origin.Server);
        if (pool.Mode == PoolMode.Multiplexed) _pending = new PendingTable(_codec.Info.MaxId);
        else if (!MatchesById) _order = new OrderedTable();
    }

    public ConnectionPool Pool { get; }

    public Connection Connection { get; private set; } = null!;

    /// <summary>Of a bound connection: the client whose own it is.</summary>
    public InboundConnection? BoundClient { get; private set; }

    public Route? BoundRoute { get; }

    /// <summary>Our address of the connection, for access logs.</summary>
    public ReadOnlySpan<byte> LocalAddressUtf8 => _localAddress ??= AddressText.Utf8(Connection.LocalEndPoint);

    /// <summary>Whether it is established.</summary>
    public bool IsConnected => _wasConnected;

    /// <summary>Takes no new requests.</summary>
    public bool Retired { get; private set; }

    /// <summary>Holds more bytes than the peer takes at the time.</summary>
    public bool IsFull => Connection.PendingBytes > Cluster.ConnectionOptions.HighWatermark;

    /// <summary>Requests whose answers are still to come.</summary>
    public int InFlight => _pending?.Count ?? _order?.Count ?? BoundClient?.InFlight ?? 0;

    private Worker Worker { get; }

    private ClusterWorker Cluster { get; }

    // A bound connection carries its client's own ids.
    private bool MatchesById => Pool.Mode == PoolMode.Bound && _codec.Info.HasIds;

    public void Open()
    {
        var config = Cluster.Cluster.Config;
        _lastReceived = _lastUsed = Worker.Loop.NowMilliseconds;
        Worker.Add(Cluster.Stats.CxTotal);
        Worker.Add(Cluster.Stats.CxActive);
        Worker.Add(Pool.Endpoint.Stats.CxTotal);
        Worker.Add(Pool.Endpoint.Stats.CxActive);
        if (BoundClient is not null) BoundClient.Bound = this;
        if (config.ConnectionLife is { } life) _life = new ConnectionLife(life, _lastUsed, Worker.NextRandom());
        Connection = Worker.Loop.Connect(Pool.Endpoint.Endpoint.Address, Cluster.ConnectionOptions, this);
        ScheduleTick(config.HeartbeatInterval, config.IdleTimeout);
    }

    /// <summary>Sends a request, or a one-way message, on this connection.</summary>
    public SendResult Send(Exchange x, Span<byte> message, in Frame frame)
    {
        _lastUsed = Worker.Loop.NowMilliseconds;
        var wantsAnswer = x.Kind != MessageKind.OneWay;
        var id = frame.Id;
        if (_pending is not null) id = wantsAnswer ? _pending.Add(x) : _pending.NextId();
        if (!Worker.Flow.Write(x, x.Route?.RequestMutation, message, frame, id, Connection, Connection))
        {
            _pending?.Remove(x);
            if (Pool.Mode == PoolMode.OneAtATime) Pool.Released(this);
            return SendResult.CannotRewrite;
        }

        if (wantsAnswer)
        {
            x.Upstream = x.SentOn = this;
            _order?.Add(x);
        }
        else if (Pool.Mode == PoolMode.OneAtATime)
        {
            Pool.Released(this);
        }

        Worker.Add(Pool.Endpoint.Stats.RqTotal);
        if (!wantsAnswer) Worker.Add(Cluster.Stats.RqOneWay);
        if (IsFull && x.Client is { } client && !_slowedClients.Contains(client))
        {
            _slowedClients.Add(client);
            client.Slow();
        }

        if (_life.IsLastRequest()) RetireFor(Cluster.Stats.CxMaxRequests);
        return SendResult.Sent;
    }

    /// <summary>Nobody waits for this request's answer any more.</summary>
    public void Forget(Exchange x)
    {
        Worker.Add(Cluster.Stats.RqTxReset);
        if (_pending is not null)
        {
            _pending.Remove(x);
            if (_codec.Info.Cancels && !Connection.IsClosed && !(x.ClientEnded && x.ServerEnded)) _codec.WriteCancel(x.UpstreamId, Pool.Variant, Connection);
            CloseWhenEmpty();
        }
        else if (_order is not null)
        {
            _order.Forget(x);
            // The next request would get this one's answer, if it still came.
            if (Pool.Mode == PoolMode.OneAtATime) Connection.Abort();
            else CloseWhenEmpty();
        }
    }

    /// <summary>The client whose own connection this is has left.</summary>
    public void ClientGone()
    {
        BoundClient = null;
        Retired = true;
        Connection.Close();
    }

    /// <summary>No new requests; closes when those in flight are answered.</summary>
    public void Retire()
    {
        if (Retired) return;
        Retired = true;
        Pool.Retired(this);
        CloseWhenEmpty();
    }

    private void RetireFor(int reason)
    {
        if (Retired) return;
        Worker.Add(reason);
        Retire();
        BoundClient?.Drain(); // who has a connection of its own comes back to another one
    }

    public void CloseWhenEmpty()
    {
        // Answers that nobody waits for need not be waited for; but what was written while it is being connected is still to be sent.
        if (!Retired || BoundClient is not null || (!_wasConnected && Connection.PendingBytes > 0)) return;
        if (_order is null ? InFlight == 0 : _order.Any() is null) Connection.Close();
    }

    // ---- what the connection says ------------------------------------------------------------------------------------------------------

    public void OnConnected(Connection connection)
    {
        _wasConnected = true;
        CloseWhenEmpty();
    }

    public int OnData(Connection connection, Span<byte> data)
    {
        _lastReceived = Worker.Loop.NowMilliseconds;
        _heartbeatSent = false;
        _bytes.Count(connection, Worker.Metrics, Cluster.Stats.CxRxBytes, Cluster.Stats.CxTxBytes);
        var consumed = 0;
        while (consumed < data.Length && !connection.IsClosed)
        {
            Frame frame = default;
            if (_order is not null) frame.Memo = _order.HeadMemo;
            var rest = data[consumed..];
            var decoded = _codec.Decode(rest, Origin.Server, _state, ref frame);
            if (decoded.Status == DecodeStatus.NeedMore)
            {
                connection.Need(decoded.Needed);
                break;
            }

            if (decoded.Status != DecodeStatus.Complete)
            {
                Worker.Add(Cluster.Stats.CxProtocolError);
                _endReason = ReplyReason.MalformedResponse;
                connection.Abort();
                return data.Length;
            }

            consumed += frame.Length;
            Receive(rest[..frame.Length], ref frame);
        }

        return consumed;
    }

    public void OnPeerClosed(Connection connection) => connection.Close();

    public void OnClosed(Connection connection, CloseReason reason)
    {
        Cancel();
        var stats = Cluster.Stats;
        Worker.Add(stats.CxActive, -1);
        Worker.Add(Pool.Endpoint.Stats.CxActive, -1);
        Worker.Add(stats.CxDestroy);
        _bytes.Count(connection, Worker.Metrics, stats.CxRxBytes, stats.CxTxBytes);
        if (_limits is not null) Pool.Endpoint.GiveBack(_limits);
        if (!_wasConnected && reason != CloseReason.Local)
        {
            var timedOut = reason == CloseReason.ConnectTimeout;
            Worker.Add(timedOut ? stats.CxConnectTimeout : stats.CxConnectFail);
            Worker.Add(Pool.Endpoint.Stats.CxConnectFail);
            _endReason = timedOut ? ReplyReason.ConnectTimeout : ReplyReason.ConnectFailure;
        }

        foreach (var client in _slowedClients) client.Unslow();
        _slowedClients.Clear();
        Retired = true;
        FailAll();
        Pool.Endpoint.ConnectionGone(this);
        if (BoundClient is { } bound)
        {
            BoundClient = null;
            bound.Bound = null;
            bound.Connection.Close();
        }

        Pool.Closed(this, _endReason, _wasConnected);
        Pool.Endpoint.Closed();
    }

    public void OnHighWatermark(Connection connection) { }

    public void OnLowWatermark(Connection connection)
    {
        foreach (var client in _slowedClients) client.Unslow();
        _slowedClients.Clear();
    }

    // ---- messages ----------------------------------------------------------------------------------------------------------------------

    private void Receive(Span<byte> message, ref Frame frame)
    {
        switch (frame.Kind)
        {
            case MessageKind.Heartbeat:
                _codec.WriteHeartbeatAnswer(message, frame, Connection);
                break;
            case MessageKind.HeartbeatAnswer:
                break;
            case MessageKind.GoAway:
                Pool.Endpoint.SaidGoAway(this);
                Retire();
                break;
            case MessageKind.Response:
                ReceiveAnswer(message, ref frame);
                break;
            case MessageKind.StreamOpen or MessageKind.StreamData or MessageKind.StreamClose when _pending is not null:
                if (_pending.Find(frame.Id) is { } stream) Worker.Flow.Deliver(stream, message, ref frame);
                else Unasked(frame);
                break;
            default:
                if (BoundClient is { } client) client.Connection.Write(message);
                else Worker.Add(Cluster.Stats.ServerPushDropped);
                break;
        }
    }

    private void ReceiveAnswer(Span<byte> message, ref Frame frame)
    {
        var x = TakeRequest(frame, out var known);
        if (x is null)
        {
            if (!known) Unasked(frame);
            else Worker.Add(Cluster.Stats.RqLate);
        }
        else
        {
            x.Upstream = null;
            if (Pool.Mode == PoolMode.OneAtATime && _codec.Info.HasIds && frame.Id != x.ClientId)
            {
                _endReason = ReplyReason.MalformedResponse;
                Worker.Add(Cluster.Stats.CxProtocolError);
                Worker.Flow.Failed(x, ReplyReason.MalformedResponse);
                Connection.Abort();
                return;
            }

            Worker.Flow.Deliver(x, message, ref frame);
        }

        if (Pool.Mode == PoolMode.OneAtATime && _order!.Count == 0 && !Connection.IsClosed) Pool.Released(this);
        else CloseWhenEmpty();
    }

    /// <summary>The request that an answer is for; null if nobody waits for it, <paramref name="known"/> telling whether somebody did.</summary>
    private Exchange? TakeRequest(in Frame frame, out bool known)
    {
        known = true;
        if (_pending is not null)
        {
            var x = _pending.Find(frame.Id);
            if (x is not null) _pending.Remove(x);
            else known = _pending.WasUsed(frame.Id);
            return x;
        }

        if (_order is null) return BoundClient?.Find(frame.Id);
        known = _order.Count > 0;
        return known ? _order.Take() : null;
    }

    private void Unasked(in Frame frame)
    {
        Worker.Add(_pending is not null && _pending.WasUsed(frame.Id) ? Cluster.Stats.RqLate : Cluster.Stats.RqUnknownId);
        // Without ids, one answer too many means that no later one can be trusted.
        if (_order is not null) Connection.Abort();
    }

    private void FailAll()
    {
        while ((_pending is not null ? _pending.Any() : _order?.Any()) is { } x)
        {
            _pending?.Remove(x);
            _order?.Forget(x);
            x.Upstream = null;
            Worker.Add(_wasConnected ? Cluster.Stats.RqRxReset : Cluster.Stats.RqPendingFailureEject);
            Worker.Flow.Failed(x, _endReason);
        }

        if (MatchesById) BoundClient?.FailAll(_endReason);
    }

    // ---- keeping alive -----------------------------------------------------------------------------------------------------------------

    protected override void OnExpired()
    {
        var config = Cluster.Cluster.Config;
        var now = Worker.Loop.NowMilliseconds;
        if (now >= _life.EndMilliseconds) RetireFor(Cluster.Stats.CxMaxDurationReached);
        if (Connection.IsClosed) return;
        var idle = config.IdleTimeout.TotalMilliseconds;
        if (idle > 0 && InFlight == 0 && BoundClient is null && now - _lastUsed >= idle)
        {
            Worker.Add(Cluster.Stats.CxIdleTimeout);
            Retire();
            return;
        }

        var interval = config.HeartbeatInterval.TotalMilliseconds;
        if (interval > 0 && _codec.Info.Heartbeats && _wasConnected && now - _lastReceived >= interval)
        {
            if (_heartbeatSent && now - _lastReceived >= 2 * interval)
            {
                Worker.Add(Cluster.Stats.CxHeartbeatTimeout);
                Connection.Abort();
                return;
            }

            if (!_heartbeatSent && (_order is null || _order.Count == 0))
            {
                _heartbeatSent = true;
                Worker.Add(Cluster.Stats.Heartbeats);
                _codec.WriteHeartbeat(_pending?.NextId() ?? 0, Pool.Variant, Connection);
            }
        }

        ScheduleTick(config.HeartbeatInterval, config.IdleTimeout);
    }

    // Half the shorter period is precise enough and costs two wake-ups per period and connection.
    private void ScheduleTick(TimeSpan heartbeat, TimeSpan idle)
    {
        var period = double.MaxValue;
        if (_codec.Info.Heartbeats && heartbeat > TimeSpan.Zero) period = heartbeat.TotalMilliseconds / 2;
        if (idle > TimeSpan.Zero) period = Math.Min(period, idle.TotalMilliseconds / 2);
        if (!Retired && _life.EndMilliseconds < long.MaxValue) period = Math.Min(period, _life.EndMilliseconds - Worker.Loop.NowMilliseconds);
        if (period < double.MaxValue) Worker.Loop.Schedule(this, (int)Math.Clamp(period, 1, int.MaxValue / 2));
    }
}
