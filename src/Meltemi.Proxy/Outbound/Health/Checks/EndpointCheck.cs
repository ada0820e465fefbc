using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Transport;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>
/// Asks one endpoint again and again whether it is well, from one loop for all. It is its own timer: of the interval between two questions, and of the
/// time-out of the one that is being asked.
/// </summary>
internal sealed class EndpointCheck(HealthChecker checker, Endpoint endpoint, Worker worker) : LoopTimer, IConnectionHandler
{
    private readonly HealthCheckConfig _config = checker.Config;
    private readonly ConnectionOptions _options = new() { ConnectTimeout = TimeSpan.Zero, CloseTimeout = TimeSpan.FromSeconds(1) };
    private Connection? _connection;
    private Probe? _probe;
    private bool _isAsking;
    private bool _isStopped;
    private bool _isKnown;
    private int _failures;
    private int _successes;

    public Endpoint Endpoint { get; } = endpoint;

    private EventLoop Loop => worker.Loop;

    private bool IsHealthy => !Endpoint.Health.Has(HealthFlags.FailedCheck);

    /// <summary>Begins. On the loop.</summary>
    public void Start()
    {
        if (_isStopped) return;
        // Who is in use already is not doubted because of one failure.
        _isKnown = IsHealthy;
        Loop.Schedule(this, Random(_config.InitialJitter));
    }

    /// <summary>Ends. On the loop.</summary>
    public void Stop()
    {
        _isStopped = true;
        _isAsking = false;
        Cancel();
        _connection?.Abort();
        _connection = null;
    }

    // ---- asking ------------------------------------------------------------------------------------------------------------------------

    protected override void OnExpired()
    {
        if (_isAsking)
        {
            End(ProbeResult.Failed($"no answer within {_config.Timeout.TotalSeconds:0.###} s"), isNetwork: true);
            return;
        }

        checker.Count(HealthCheckFigure.Attempt);
        _isAsking = true;
        Loop.Schedule(this, Milliseconds(_config.Timeout));
        if (_connection is { } kept)
        {
            _probe!.Ask(kept);
            return;
        }

        _probe = Probe.Of(_config.Probe);
        _connection = Loop.Connect(HealthChecker.AddressOf(Endpoint), _options, this);
    }

    public void OnConnected(Connection connection)
    {
        if (!IsCurrent(connection) || !_isAsking) return;
        if (_probe!.OnlyConnects) End(ProbeResult.Well, isNetwork: false);
        else _probe.Ask(connection);
    }

    public int OnData(Connection connection, Span<byte> data)
    {
        if (!IsCurrent(connection)) return data.Length;
        var result = _probe!.Read(data, connection, out var consumed);
        if (result.Verdict == ProbeVerdict.NeedMore) return consumed;
        if (_isAsking) End(result, isNetwork: false);
        else Drop();
        return connection.IsClosed ? data.Length : consumed;
    }

    public void OnPeerClosed(Connection connection) => connection.Close();

    public void OnClosed(Connection connection, CloseReason reason)
    {
        if (!IsCurrent(connection)) return;
        _connection = null;
        if (_isAsking) End(ProbeResult.Failed(Text(reason)), isNetwork: true);
    }

    public void OnHighWatermark(Connection connection) { }

    public void OnLowWatermark(Connection connection) { }

    private bool IsCurrent(Connection connection) => ReferenceEquals(connection, _connection);

    private void Drop()
    {
        var dropped = _connection;
        _connection = null;
        dropped?.Close();
    }

    private static string Text(CloseReason reason) => reason switch
    {
        CloseReason.ConnectRefused => "it refuses connections",
        CloseReason.Unreachable => "it is unreachable",
        CloseReason.PeerClosed or CloseReason.Local => "it closed the connection instead of answering",
        _ => $"the connection failed: {reason}",
    };

    // ---- judging -----------------------------------------------------------------------------------------------------------------------

    private void End(ProbeResult result, bool isNetwork)
    {
        _isAsking = false;
        var isWell = result.Verdict == ProbeVerdict.Well;
        if (!isWell || !_config.ReuseConnection || _probe!.OnlyConnects || !_probe.CanAskAgain) Drop();
        checker.Count(isWell ? HealthCheckFigure.Success : HealthCheckFigure.Failure);
        if (isNetwork) checker.Count(HealthCheckFigure.NetworkFailure);
        var edge = isWell ? Succeeded() : Failed(result);
        Loop.Schedule(this, Milliseconds(checker.Jittered(Interval(edge), worker)));
    }

    /// <summary>Answers whether it was the first of those that it takes.</summary>
    private bool Succeeded()
    {
        _failures = 0;
        _successes++;
        if (!IsHealthy && (!_isKnown || _successes >= _config.HealthyThreshold)) checker.Change(this, isHealthy: true, isFirst: !_isKnown, "");
        else if (IsHealthy) checker.Confirm(Endpoint);
        _isKnown = true;
        checker.Knows(this);
        return !IsHealthy && _successes == 1;
    }

    private bool Failed(ProbeResult result)
    {
        _successes = 0;
        _failures++;
        var isEnough = result.Verdict == ProbeVerdict.FailedForGood || _failures >= _config.UnhealthyThreshold;
        if ((IsHealthy && isEnough) || !_isKnown) checker.Change(this, isHealthy: false, isFirst: !_isKnown, result.Why);
        else if (_config.AlwaysLogFailures) checker.LogFailure(Endpoint, result.Why);
        _isKnown = true;
        checker.Knows(this);
        return IsHealthy && _failures == 1;
    }

    private TimeSpan Interval(bool edge)
    {
        if (!checker.HasTraffic) return IsHealthy ? _config.NoTrafficHealthyInterval ?? _config.NoTrafficInterval : _config.NoTrafficInterval;
        if (IsHealthy) return (edge ? _config.UnhealthyEdgeInterval : null) ?? _config.Interval;
        return (edge ? _config.HealthyEdgeInterval : _config.UnhealthyInterval) ?? _config.Interval;
    }

    private int Random(TimeSpan most) => (int)Hashing.Bits.Scale(worker.NextRandom(), (ulong)Milliseconds(most) + 1);

    private static int Milliseconds(TimeSpan time) => (int)Math.Min(time.TotalMilliseconds, int.MaxValue / 2);
}
