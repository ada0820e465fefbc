using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>
/// Bytes both ways between a client and an endpoint, as they come. Each side is read only while the other takes what was read; half-closes
/// are passed on. It is its own timer, of idleness and of its longest time: the listener's, or that of the cluster's connections.
/// </summary>
internal sealed class TcpTunnel : LoopTimer, IConnectionHandler
{
    private readonly InboundListener _listener;
    private readonly TcpModel _model;
    private readonly Connection _client;
    private readonly Far? _far;
    private readonly long _started;
    private readonly long _id;
    private ByteCounter _bytes;
    private long _lastActive;
    private long _end = long.MaxValue;
    private ResponseFlag _ended;

    public TcpTunnel(InboundListener listener, Connection client, TcpModel model)
    {
        _listener = listener;
        _model = model;
        _client = client;
        var worker = listener.Worker;
        _started = worker.Loop.NowNanoseconds;
        _id = worker.NextConnectionId();
        var cluster = model.Pick(worker.NextRandom())?.ForLoop(worker.Index);
        var hash = cluster is null ? 0 : ClientAddress.Hash(client.RemoteEndPoint);
        if (cluster?.Pick(new PickContext(hash, true, worker.NextRandom()), client) is not { } endpoint || !endpoint.TryOpen(cluster.Default))
        {
            worker.Add(listener.State.Stats.RqLocalReply);
            client.Abort();
            return;
        }

        _far = new Far(this, endpoint);
        _far.Connection = worker.Loop.Connect(endpoint.Endpoint.Address, cluster.ConnectionOptions, _far);
        _lastActive = worker.Loop.NowMilliseconds;
        if (cluster.Cluster.Config.ConnectionLife is { } life) _end = new ConnectionLife(life, _lastActive, worker.NextRandom()).EndMilliseconds;
        if (model.Chain.MaxDuration > TimeSpan.Zero) _end = Math.Min(_end, _lastActive + (long)Math.Ceiling(model.Chain.MaxDuration.TotalMilliseconds));
        ScheduleEnd();
    }

    public void Abort()
    {
        _client.Abort();
        _far?.Connection.Abort();
    }

    public void OnConnected(Connection connection) { }

    public int OnData(Connection connection, Span<byte> data)
    {
        _bytes.Count(connection, _listener.Worker.Metrics, _listener.State.Stats.CxRxBytes, _listener.State.Stats.CxTxBytes);
        return Pass(data, _far?.Connection);
    }

    public void OnPeerClosed(Connection connection) => _far?.Connection.ShutdownSend();

    public void OnClosed(Connection connection, CloseReason reason)
    {
        Cancel();
        var worker = _listener.Worker;
        var stats = _listener.State.Stats;
        _bytes.Count(connection, worker.Metrics, stats.CxRxBytes, stats.CxTxBytes);
        _listener.Closed(this);
        _model.AccessLog.Write(worker, _id, connection, _far?.Connection, _far?.Endpoint, Flag(), worker.Loop.NowNanoseconds - _started);
        End(_far?.Connection, reason);
    }

    public void OnHighWatermark(Connection connection) => _far?.Connection.PauseReading();

    public void OnLowWatermark(Connection connection) => _far?.Connection.ResumeReading();

    private int Pass(Span<byte> data, Connection? to)
    {
        _lastActive = _listener.Worker.Loop.NowMilliseconds;
        to?.Write(data);
        return data.Length;
    }

    private ResponseFlag Flag() =>
        _far is null ? ResponseFlag.NoHealthyUpstream : _far.HasFailed ? ResponseFlag.UpstreamConnectionFailure : _ended;

    // What one side still sent is delivered to the other; a reset is passed on as one.
    private static void End(Connection? other, CloseReason reason)
    {
        if (other is null || other.IsClosed) return;
        if (reason == CloseReason.PeerReset) other.Abort();
        else other.Close();
    }

    protected override void OnExpired()
    {
        var now = _listener.Worker.Loop.NowMilliseconds;
        var idle = _model.Chain.IdleTimeout.TotalMilliseconds;
        if (now >= _end)
            End(ResponseFlag.DurationTimeout, _listener.State.Stats.CxMaxDuration);
        else if (idle > 0 && now - _lastActive >= idle)
            End(ResponseFlag.StreamIdleTimeout, _listener.State.Stats.CxIdleTimeout);
        else
            ScheduleEnd();
    }

    private void End(ResponseFlag flag, int figure)
    {
        _ended = flag;
        _listener.Worker.Add(figure);
        _client.Close();
        _far?.Connection.Close();
    }

    private void ScheduleEnd()
    {
        var now = _listener.Worker.Loop.NowMilliseconds;
        var idle = _model.Chain.IdleTimeout.TotalMilliseconds;
        var left = (double)_end - now;
        if (idle > 0) left = Math.Min(left, idle - (now - _lastActive));
        if (left < long.MaxValue / 2) _listener.Worker.Loop.Schedule(this, (int)Math.Clamp(left, 1, int.MaxValue / 2));
    }

    /// <summary>The endpoint's side.</summary>
    private sealed class Far : IConnectionHandler
    {
        private readonly TcpTunnel _tunnel;
        private readonly EndpointPool _endpoint;
        private ByteCounter _bytes;
        private bool _connected;

        public Far(TcpTunnel tunnel, EndpointPool endpoint)
        {
            _tunnel = tunnel;
            _endpoint = endpoint;
            endpoint.Active++;
            Count(1);
            var worker = tunnel._listener.Worker;
            worker.Add(endpoint.Cluster.Stats.CxTotal);
            worker.Add(endpoint.Stats.CxTotal);
        }

        public Connection Connection { get; set; } = null!;

        public EndpointPool Endpoint => _endpoint;

        public bool HasFailed { get; private set; }

        public void OnConnected(Connection connection)
        {
            _connected = true;
            _endpoint.ReportConnected(TryResult.Answered);
        }

        public int OnData(Connection connection, Span<byte> data)
        {
            var stats = _endpoint.Cluster.Stats;
            _bytes.Count(connection, _tunnel._listener.Worker.Metrics, stats.CxRxBytes, stats.CxTxBytes);
            return _tunnel.Pass(data, _tunnel._client);
        }

        public void OnPeerClosed(Connection connection) => _tunnel._client.ShutdownSend();

        public void OnClosed(Connection connection, CloseReason reason)
        {
            var worker = _tunnel._listener.Worker;
            var stats = _endpoint.Cluster.Stats;
            _endpoint.Active--;
            Count(-1);
            worker.Add(stats.CxDestroy);
            _bytes.Count(connection, worker.Metrics, stats.CxRxBytes, stats.CxTxBytes);
            if (!_connected && reason != CloseReason.Local)
            {
                worker.Add(reason == CloseReason.ConnectTimeout ? stats.CxConnectTimeout : stats.CxConnectFail);
                worker.Add(_endpoint.Stats.CxConnectFail);
                _endpoint.ReportConnected(reason == CloseReason.ConnectTimeout ? TryResult.ConnectTimeout : TryResult.ConnectFailure);
                HasFailed = true;
            }

            _endpoint.GiveBack(_endpoint.Cluster.Default);
            End(_tunnel._client, reason);
            _endpoint.Closed();
        }

        public void OnHighWatermark(Connection connection) => _tunnel._client.PauseReading();

        public void OnLowWatermark(Connection connection) => _tunnel._client.ResumeReading();

        private void Count(long change)
        {
            _tunnel._listener.Worker.Add(_endpoint.Cluster.Stats.CxActive, change);
            _tunnel._listener.Worker.Add(_endpoint.Stats.CxActive, change);
        }
    }
}
