using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Hashing;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>
/// Active health checks of a cluster: an <see cref="EndpointCheck"/> for each endpoint, spread over the loops. An endpoint that is new gets no requests
/// before its first check passed; one that was in use before it was checked is used until checks fail.
/// </summary>
internal sealed class HealthChecker
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Endpoint, EndpointCheck> _checks = [];
    private readonly HashSet<EndpointCheck> _unknown = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Cluster _cluster;
    private readonly IReadOnlyList<Worker> _workers;
    private readonly HealthCheckStats _stats;
    private readonly Log _log;
    private bool _isHandedOver;
    private bool _isStopped;
    private bool _isComplete;

    public HealthChecker(HealthCheckConfig config, Cluster cluster, IReadOnlyList<Worker> workers, Log log, HealthChecker? previous)
    {
        Config = config;
        _cluster = cluster;
        _workers = workers;
        _log = log.For("health");
        _stats = new HealthCheckStats(cluster.Metrics, cluster.Name);
        if (previous is not null) previous._isHandedOver = true;
    }

    /// <summary>The policy.</summary>
    public HealthCheckConfig Config { get; }

    /// <summary>Completes when, of the endpoints that were there when they were all known, each has been checked once.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Whether anything was ever sent to the cluster.</summary>
    public bool HasTraffic => _cluster.IsUsed;

    /// <summary>The set of endpoints changes. To be called before balancers hear of it.</summary>
    public void Update(EndpointSet before, EndpointSet after)
    {
        var known = before.Endpoints.ToHashSet();
        lock (_gate)
        {
            if (_isStopped) return;
            var gone = _checks.Keys.ToHashSet();
            foreach (var endpoint in after.Endpoints)
            {
                gone.Remove(endpoint);
                if (endpoint.IsUnchecked) Stop(endpoint);
                else if (!_checks.ContainsKey(endpoint)) Start(endpoint, isNew: !known.Contains(endpoint));
            }

            foreach (var endpoint in gone) Stop(endpoint);
            CheckReady();
        }
    }

    /// <summary>All endpoints are known.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            CheckReady();
        }
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    public void Collect() =>
        _cluster.Metrics.Shared.Set(_stats.Healthy, _cluster.Endpoints.Endpoints.Count(endpoint => !endpoint.Health.Has(HealthFlags.FailedCheck)));

    /// <summary>Ends it; without a successor nobody stays unhealthy because of it.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            foreach (var endpoint in _checks.Keys.ToArray())
            {
                Stop(endpoint);
                if (!_isHandedOver) endpoint.Health.Set(HealthFlags.FailedCheck, false);
            }

            _stats.Remove();
            _ready.TrySetResult();
        }
    }

    private void Start(Endpoint endpoint, bool isNew)
    {
        var worker = WorkerOf(endpoint);
        var check = new EndpointCheck(this, endpoint, worker);
        _checks[endpoint] = check;
        if (isNew)
        {
            endpoint.Health.Set(HealthFlags.FailedCheck, true);
            _unknown.Add(check);
        }

        worker.Loop.Post(static check => ((EndpointCheck)check!).Start(), check);
    }

    private void Stop(Endpoint endpoint)
    {
        if (!_checks.Remove(endpoint, out var check)) return;
        _unknown.Remove(check);
        WorkerOf(endpoint).Loop.Post(static check => ((EndpointCheck)check!).Stop(), check);
    }

    // Spread by what stays the same from start to start.
    private Worker WorkerOf(Endpoint endpoint) => _workers[(int)Bits.Scale(XxHash64.Hash(endpoint.Name), (ulong)_workers.Count)];

    private void CheckReady()
    {
        if (_isComplete && _unknown.Count == 0) _ready.TrySetResult();
    }

    // ---- what the checks say, on their loops ---------------------------------------------------------------------------------------------

    public void Count(HealthCheckFigure figure) => _cluster.Metrics.Shared.Add(_stats[figure]);

    /// <summary>Where to ask an endpoint.</summary>
    public static EndPoint AddressOf(Endpoint endpoint) =>
        endpoint.HealthCheckPort > 0 && endpoint.Address is IPEndPoint ip ? new IPEndPoint(ip.Address, endpoint.HealthCheckPort) : endpoint.Address;

    /// <summary>An interval with what is added to it at random.</summary>
    public TimeSpan Jittered(TimeSpan interval, Worker worker)
    {
        var most = Config.IntervalJitter + interval * (Config.IntervalJitterPercent / 100.0);
        return most == TimeSpan.Zero ? interval : interval + most * (Bits.Scale(worker.NextRandom(), 1 << 20) / (double)(1 << 20));
    }

    /// <summary>An endpoint was checked for the first time.</summary>
    public void Knows(EndpointCheck check)
    {
        lock (_gate)
        {
            if (_unknown.Remove(check)) CheckReady();
        }
    }

    /// <summary>A healthy endpoint is still well.</summary>
    public void Confirm(Endpoint endpoint) => _cluster.Outliers?.PassedCheck(endpoint);

    /// <summary>An endpoint became healthy or unhealthy, or is known for the first time.</summary>
    public void Change(EndpointCheck check, bool isHealthy, bool isFirst, string why)
    {
        lock (_gate)
        {
            if (_isStopped) return;
            check.Endpoint.Health.Set(HealthFlags.FailedCheck, !isHealthy);
        }

        if (isHealthy)
        {
            _cluster.Recovered(check.Endpoint);
            _cluster.Outliers?.PassedCheck(check.Endpoint);
        }

        var what = (isHealthy, isFirst) switch
        {
            (true, true) => "is healthy",
            (true, false) => "is healthy again",
            _ => $"is unhealthy: {why}",
        };
        _log.Write(isHealthy ? LogLevel.Info : LogLevel.Warning, $"cluster '{_cluster.Name}': endpoint {check.Endpoint.Name} {what}");
    }

    /// <summary>A failure that changed nothing.</summary>
    public void LogFailure(Endpoint endpoint, string why) =>
        _log.Info($"cluster '{_cluster.Name}': endpoint {endpoint.Name} failed a health check: {why}");
}
