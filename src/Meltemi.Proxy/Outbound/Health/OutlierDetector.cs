using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound.Health;

/// <summary>
/// Leaves endpoints of a cluster out for a while that fail (outlier detection). Failures in a row are noticed by the loop that sees the last of them;
/// rates, and who may come back, by a timer off the loops.
/// <code>
///   loops: EndpointPool.Report -> OutlierWatch (own counts) -> OutlierMonitor (failures in a row) --Convict--+
///                                     ^ read at each interval                                               v
///   timer: Sweep  -- who comes back, who is far below the others --------------------------------> Convict -> eject
/// </code>
/// </summary>
internal sealed class OutlierDetector
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Endpoint, OutlierMonitor> _monitors;
    private readonly Func<EndpointSet> _endpoints;
    private readonly string _cluster;
    private readonly MetricRegistry _metrics;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Action<Endpoint> _recovered;
    private readonly Log _log;
    private ITimer? _timer;
    private OutlierStats? _stats;
    private bool _isStopped;

    /// <summary>Prepares the detection for a cluster; it begins when the first loop watches an endpoint.</summary>
    /// <param name="config">The policy.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="endpoints">The endpoints in force.</param>
    /// <param name="metrics">Where figures are registered.</param>
    /// <param name="options">Clock, log and seed.</param>
    /// <param name="recovered">Hears of each that comes back.</param>
    /// <param name="previous">The detector of the cluster's former configuration: who is out of use stays so.</param>
    public OutlierDetector(
        OutlierConfig config, string cluster, Func<EndpointSet> endpoints, MetricRegistry metrics, DataPlaneOptions options,
        Action<Endpoint> recovered, OutlierDetector? previous)
    {
        Config = config;
        _cluster = cluster;
        _endpoints = endpoints;
        _metrics = metrics;
        _time = options.Time;
        _recovered = recovered;
        _random = new Random((int)options.Seed);
        _log = options.Log.For("outliers");
        _monitors = previous?.HandOver(this) ?? [];
    }

    /// <summary>The policy.</summary>
    public OutlierConfig Config { get; }

    private long NowMilliseconds => _time.GetTimestamp() * 1000 / _time.TimestampFrequency;

    private OutlierStats Stats => _stats ??= new OutlierStats(_metrics, _cluster);

    /// <summary>A loop begins to send requests to an endpoint.</summary>
    public OutlierWatch Watch(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (!_monitors.TryGetValue(endpoint, out var monitor)) _monitors[endpoint] = monitor = new OutlierMonitor(endpoint, this);
            Begin();
            return monitor.Add(Config.SplitLocalOriginErrors, Config.ApplicationErrors);
        }
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    public void Collect()
    {
        lock (_gate)
        {
            if (!_isStopped) _metrics.Shared.Set(Stats.Active, Ejected());
        }
    }

    /// <summary>An endpoint is an outlier in some respect: ejects it if policy and numbers allow that. From any thread.</summary>
    public void Convict(OutlierMonitor monitor, EjectionReason reason)
    {
        lock (_gate)
        {
            if (_isStopped || monitor.Endpoint.Health.Has(HealthFlags.Ejected)) return;
            _metrics.Shared.Add(Stats.Detected(reason));
            if (_random.Next(100) >= Enforcing(reason)) return;
            if (!HasRoom())
            {
                _metrics.Shared.Add(Stats.Overflow);
                return;
            }

            Eject(monitor, reason);
        }
    }

    /// <summary>An active health check passed, which may bring an ejected endpoint back.</summary>
    public void PassedCheck(Endpoint endpoint)
    {
        if (!Config.UnejectByHealthCheck || !endpoint.Health.Has(HealthFlags.Ejected)) return;
        lock (_gate)
        {
            if (_monitors.TryGetValue(endpoint, out var monitor)) Uneject(monitor, "its health check passed");
        }
    }

    /// <summary>Ends it; who is out of use comes back, unless there is a successor.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            _timer?.Dispose();
            _stats?.Remove();
            foreach (var monitor in _monitors.Values.Where(monitor => monitor.Detector == this)) monitor.Endpoint.Health.Set(HealthFlags.Ejected, false);
        }
    }

    private Dictionary<Endpoint, OutlierMonitor> HandOver(OutlierDetector successor)
    {
        lock (_gate)
        {
            foreach (var monitor in _monitors.Values) monitor.Detector = successor;
            if (_monitors.Values.Any(monitor => monitor.Endpoint.Health.Has(HealthFlags.Ejected))) successor.Begin();
            return new(_monitors);
        }
    }

    // ---- ejecting ----------------------------------------------------------------------------------------------------------------------

    private int Enforcing(EjectionReason reason) => reason switch
    {
        EjectionReason.Consecutive5xx => Config.Consecutive5xx.EnforcingPercent,
        EjectionReason.ConsecutiveGatewayFailure => Config.ConsecutiveGatewayFailure.EnforcingPercent,
        EjectionReason.ConsecutiveLocalOriginFailure => Config.ConsecutiveLocalOriginFailure.EnforcingPercent,
        EjectionReason.SuccessRate => Config.SuccessRate.EnforcingPercent,
        EjectionReason.LocalOriginSuccessRate => Config.SuccessRate.EnforcingLocalOriginPercent,
        EjectionReason.FailurePercentage => Config.FailurePercentage.EnforcingPercent,
        _ => Config.FailurePercentage.EnforcingLocalOriginPercent,
    };

    private int Ejected() => _endpoints().Endpoints.Count(endpoint => endpoint.Health.Has(HealthFlags.Ejected));

    private bool HasRoom()
    {
        var ejected = Ejected();
        return (ejected + 1) * 100 <= Config.MaxEjectionPercent * _endpoints().Endpoints.Length || (ejected == 0 && Config.AlwaysEjectOneHost);
    }

    private void Eject(OutlierMonitor monitor, EjectionReason reason)
    {
        var longest = Math.Max(Config.MaxEjectionTime.TotalMilliseconds, Config.BaseEjectionTime.TotalMilliseconds);
        if (Config.BaseEjectionTime.TotalMilliseconds * monitor.Ejections < longest) monitor.Ejections++;
        var time = Math.Min(Config.BaseEjectionTime.TotalMilliseconds * monitor.Ejections, longest);
        time += _random.NextDouble() * Config.MaxEjectionTimeJitter.TotalMilliseconds;
        monitor.EjectedUntil = NowMilliseconds + (long)time;
        monitor.Endpoint.Health.Set(HealthFlags.Ejected, true);
        monitor.Forgive();
        _metrics.Shared.Add(Stats.EnforcedTotal);
        _metrics.Shared.Add(Stats.Enforced(reason));
        _log.Warning(
            $"cluster '{_cluster}': endpoint {monitor.Endpoint.Name} is ejected for {time / 1000:0.#} s: {reason.Name()} ({Ejected()} of {_endpoints().Endpoints.Length} are)");
    }

    private void Uneject(OutlierMonitor monitor, string why)
    {
        monitor.Forgive();
        monitor.TakeInterval();
        if (!monitor.Endpoint.Health.Set(HealthFlags.Ejected, false)) return;
        _recovered(monitor.Endpoint);
        _log.Info($"cluster '{_cluster}': endpoint {monitor.Endpoint.Name} is back: {why}");
    }

    // ---- intervals ---------------------------------------------------------------------------------------------------------------------

    private void Begin()
    {
        if (_timer is not null || _isStopped) return;
        _timer = _time.CreateTimer(static state => ((OutlierDetector)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Config.Interval, Timeout.InfiniteTimeSpan);
    }

    private void Sweep()
    {
        lock (_gate)
        {
            if (_isStopped) return;
            ForgetGone();
            var now = NowMilliseconds;
            foreach (var monitor in _monitors.Values) ComeBack(monitor, now);
            Judge();
            _timer!.Change(Config.Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void ForgetGone()
    {
        var set = _endpoints().Endpoints;
        if (_monitors.Count <= set.Length && set.All(_monitors.ContainsKey)) return;
        var current = set.ToHashSet();
        foreach (var gone in _monitors.Keys.Where(endpoint => !current.Contains(endpoint)).ToArray()) _monitors.Remove(gone);
    }

    private void ComeBack(OutlierMonitor monitor, long now)
    {
        if (!monitor.Endpoint.Health.Has(HealthFlags.Ejected)) monitor.Ejections = Math.Max(0, monitor.Ejections - 1);
        else if (now >= monitor.EjectedUntil) Uneject(monitor, "its time out of use is over");
    }

    private void Judge()
    {
        var (answers, attempts) = (new List<(OutlierMonitor, Outcomes)>(_monitors.Count), new List<(OutlierMonitor, Outcomes)>());
        foreach (var monitor in _monitors.Values)
        {
            var interval = monitor.TakeInterval();
            if (monitor.Endpoint.Health.Has(HealthFlags.Ejected)) continue;
            answers.Add((monitor, interval.Answers));
            if (Config.SplitLocalOriginErrors) attempts.Add((monitor, interval.Attempts));
        }

        foreach (var monitor in SuccessRates.Below(answers, Config.SuccessRate)) Convict(monitor, EjectionReason.SuccessRate);
        foreach (var monitor in SuccessRates.Below(attempts, Config.SuccessRate)) Convict(monitor, EjectionReason.LocalOriginSuccessRate);
        foreach (var monitor in SuccessRates.Failing(answers, Config.FailurePercentage)) Convict(monitor, EjectionReason.FailurePercentage);
        foreach (var monitor in SuccessRates.Failing(attempts, Config.FailurePercentage)) Convict(monitor, EjectionReason.LocalOriginFailurePercentage);
    }
}
