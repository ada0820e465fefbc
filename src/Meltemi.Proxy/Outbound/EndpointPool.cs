using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound.Health;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// One loop's connections to one endpoint. Usually one <see cref="ConnectionPool"/>; more if listeners of several protocols or pool modes lead
/// here, or clients speak several variants of one.
/// </summary>
internal sealed class EndpointPool(Endpoint endpoint, ClusterWorker cluster) : EndpointSlot(endpoint)
{
    private readonly List<ConnectionPool> _pools = new(1);
    private readonly OutlierWatch? _outliers = cluster.Cluster.Outliers?.Watch(endpoint);
    private ListenerModel? _lastModel;
    private ConnectionPool? _lastPool;
    private Comeback? _comeback;
    private EndpointStats? _stats;
    private int _connections;
    private byte[]? _sessionTag;

    public ClusterWorker Cluster { get; } = cluster;

    /// <summary>The address for access logs.</summary>
    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(endpoint.Name);

    /// <summary>Registered when they are first wanted, and given back after the last connection when the endpoint is no longer used.</summary>
    public EndpointStats Stats => _stats ??= EndpointStats.Create(Cluster.Cluster.Metrics, Cluster.Cluster.Name, Endpoint.Name);

    /// <summary>By which requests name the endpoint.</summary>
    public byte[] SessionTag => _sessionTag ??= Filters.Sessions.SessionTag.Of(NameUtf8);

    public bool Draining { get; private set; }

    /// <inheritdoc/>
    public override long NowNanoseconds => Cluster.Worker.Loop.NowNanoseconds;

    public ConnectionPool Pool(ListenerModel model, byte variant)
    {
        // Nearly always the one of the last request.
        if (ReferenceEquals(model, _lastModel) && _lastPool!.Variant == variant) return _lastPool;
        _lastModel = model;
        return _lastPool = FindPool(model, variant);
    }

    /// <summary>The same for copies of requests, which share no connection with requests.</summary>
    public ConnectionPool MirrorPool(ListenerModel model, byte variant) => FindPool(model, variant, mirrors: true);

    private ConnectionPool FindPool(ListenerModel model, byte variant, bool mirrors = false)
    {
        foreach (var pool in _pools)
        {
            if (pool.Serves(model, variant, mirrors)) return pool;
        }

        var created = new ConnectionPool(this, model.Codec, Cluster.Cluster.Config.PoolMode ?? model.PoolMode, variant, mirrors);
        _pools.Add(created);
        return created;
    }

    /// <summary>A try of a request here is over. All tries come by, each once.</summary>
    public void Report(in TryOutcome outcome)
    {
        Active--;
        _outliers?.Report(outcome);
        if (Latency is { } latency) Observe(latency, outcome);
        if (outcome.Result == TryResult.Unknown) return;
        Cluster.Worker.Add(outcome.IsSuccess ? Stats.RqSuccess : Stats.RqError);
        if (outcome.Result == TryResult.Timeout) Cluster.Worker.Add(Stats.RqTimeout);
    }

    // Errors of the application say how fast the endpoint is; others say nothing good.
    private void Observe(LatencyAverage latency, in TryOutcome outcome)
    {
        if (outcome.Result == TryResult.Unknown) return;
        if (outcome.IsSuccess)
            latency.Observe(outcome.Nanoseconds, NowNanoseconds);
        else
            latency.Fail(outcome.Nanoseconds, NowNanoseconds);
    }

    /// <summary>The same for a connection that carries bytes rather than requests: it was established, or not.</summary>
    public void ReportConnected(TryResult result) => _outliers?.Report(new TryOutcome(result, AnswerStatus.Ok, 0));

    /// <summary>
    /// The endpoint wants no new requests. It is passed over until it can be connected to again after the connection on which it said so
    /// has ended: a server that restarts comes back by itself, one that is gone for good stays out.
    /// </summary>
    public void SaidGoAway(UpstreamConnection connection)
    {
        Cluster.Worker.Add(Cluster.Stats.CxGoAway);
        if (_comeback is not null) return;
        Endpoint.Health.GoAway(1);
        _comeback = new Comeback(this, connection);
    }

    public void ConnectionGone(UpstreamConnection connection) => _comeback?.ConnectionGone(connection);

    public void CameBack()
    {
        Endpoint.Health.GoAway(-1);
        _comeback = null;
    }

    public void Drain()
    {
        Draining = true;
        _comeback?.Stop();
        _outliers?.Close();
        foreach (var pool in _pools) pool.Drain();
        if (_connections == 0) GiveBackFigures();
    }

    /// <summary>Takes the place of a connection to the endpoint; false, and counted, if a bound is reached.</summary>
    public bool TryOpen(CircuitBreaker.Share limits)
    {
        if (limits.Connections.TryTake())
        {
            if (Endpoint.TryConnect(Cluster.Cluster.Config.MaxConnectionsPerEndpoint))
            {
                _connections++;
                return true;
            }

            limits.Connections.Return();
        }

        Cluster.Worker.Add(Cluster.Stats.CxOverflow);
        return false;
    }

    /// <summary>A connection that takes no place.</summary>
    public void OpenBeyond() => _connections++;

    /// <summary>The connection no longer takes a place; another one may.</summary>
    public void GiveBack(CircuitBreaker.Share limits)
    {
        limits.Connections.Return();
        Endpoint.Disconnected();
    }

    /// <summary>The connection is gone. What belongs to its end is still being counted in this turn, hence the next one.</summary>
    public void Closed()
    {
        _connections--;
        if (Draining && _connections == 0) Cluster.Worker.Loop.Post(static state => ((EndpointPool)state!).GiveBackFigures(), this);
    }

    private void GiveBackFigures()
    {
        if (_connections > 0) return;
        _stats?.Remove();
        _stats = null;
        Cluster.CheckDone();
    }
}
