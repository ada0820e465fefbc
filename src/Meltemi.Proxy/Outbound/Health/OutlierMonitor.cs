using Meltemi.Proxy.Balancing;

namespace Meltemi.Proxy.Outbound.Health;

/// <summary>
/// What is known of an endpoint over all loops. Failures in a row are counted here, in numbers that only failures write, and successes only if there
/// were failures before: endpoints in good health are read and never written. Survives a change of the cluster's configuration.
/// </summary>
internal sealed class OutlierMonitor(Endpoint endpoint, OutlierDetector detector)
{
    private readonly Lock _gate = new();
    private readonly List<OutlierWatch> _watches = [];
    private volatile OutlierDetector _detector = detector;
    private Outcomes _goneAnswers;
    private Outcomes _goneAttempts;
    private Outcomes _lastAnswers;
    private Outcomes _lastAttempts;
    private int _failures;
    private int _gatewayFailures;
    private int _unanswered;

    public Endpoint Endpoint => endpoint;

    /// <summary>Who judges it.</summary>
    public OutlierDetector Detector
    {
        get => _detector;
        set => _detector = value;
    }

    // ---- the detector's notes, under its lock ------------------------------------------------------------------------------------------

    /// <summary>What the time out of use is multiplied by: grows with each ejection, shrinks with each interval in good health.</summary>
    public int Ejections { get; set; }

    /// <summary>When it comes back, in the clock's milliseconds.</summary>
    public long EjectedUntil { get; set; }

    // ---- the loops ---------------------------------------------------------------------------------------------------------------------

    /// <summary>A loop begins to send requests there.</summary>
    public OutlierWatch Add(bool splitLocalOrigin, bool applicationErrors)
    {
        var watch = new OutlierWatch(this, splitLocalOrigin, applicationErrors);
        lock (_gate) _watches.Add(watch);
        return watch;
    }

    public void Remove(OutlierWatch watch)
    {
        lock (_gate)
        {
            if (!_watches.Remove(watch)) return;
            _goneAnswers += watch.Answers;
            _goneAttempts += watch.Attempts;
        }
    }

    public void Succeeded()
    {
        if (Volatile.Read(ref _failures) == 0) return;
        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _gatewayFailures, 0);
    }

    public void Failed(bool isGatewayFailure)
    {
        var config = _detector.Config;
        if (!isGatewayFailure) Volatile.Write(ref _gatewayFailures, 0);
        else Count(ref _gatewayFailures, config.ConsecutiveGatewayFailure.Failures, EjectionReason.ConsecutiveGatewayFailure);
        Count(ref _failures, config.Consecutive5xx.Failures, EjectionReason.Consecutive5xx);
    }

    public void GotAnswer()
    {
        if (Volatile.Read(ref _unanswered) != 0) Volatile.Write(ref _unanswered, 0);
    }

    public void GotNoAnswer() =>
        Count(ref _unanswered, _detector.Config.ConsecutiveLocalOriginFailure.Failures, EjectionReason.ConsecutiveLocalOriginFailure);

    private void Count(ref int failures, int limit, EjectionReason reason)
    {
        // Exactly one loop sees the limit reached. The next conviction takes as many failures again.
        if (Interlocked.Increment(ref failures) != limit) return;
        Volatile.Write(ref failures, 0);
        _detector.Convict(this, reason);
    }

    // ---- intervals ---------------------------------------------------------------------------------------------------------------------

    /// <summary>Forgets failures in a row.</summary>
    public void Forgive()
    {
        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _gatewayFailures, 0);
        Volatile.Write(ref _unanswered, 0);
    }

    /// <summary>What came since the last call.</summary>
    public (Outcomes Answers, Outcomes Attempts) TakeInterval()
    {
        lock (_gate)
        {
            var (answers, attempts) = (_goneAnswers, _goneAttempts);
            foreach (var watch in _watches)
            {
                answers += watch.Answers;
                attempts += watch.Attempts;
            }

            var interval = (answers - _lastAnswers, attempts - _lastAttempts);
            (_lastAnswers, _lastAttempts) = (answers, attempts);
            return interval;
        }
    }
}
