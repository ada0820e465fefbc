namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Moving average of an endpoint's latencies as one loop sees them, after Finagle's "peak EWMA": one that is slower than the average takes its place at
/// once, faster ones bring it down slowly, and so does time in which there are none. So an endpoint that becomes slow is avoided from the first slow
/// answer on, and is tried again when that is a while ago.
/// </summary>
/// <param name="decayNanoseconds">After so long without anything new the average has fallen to 1/e.</param>
/// <param name="assumedNanoseconds">What is assumed of an endpoint whose first answer is awaited.</param>
internal sealed class LatencyAverage(double decayNanoseconds, double assumedNanoseconds)
{
    // Errors make it grow: not beyond what is forgotten within some decay times.
    private const double MostSteps = 1024;

    private double _average;
    private long _at;
    private bool _isMeasured;

    /// <summary>The time that a further request is going to take, in nanoseconds.</summary>
    /// <param name="now">The time.</param>
    /// <param name="active">Requests in flight, in relation to the weight.</param>
    /// <returns>0 for an endpoint of which nothing is known: it is asked at once, but by one request only.</returns>
    public double Cost(long now, double active) => !_isMeasured && active == 0 ? 0 : At(now) * (1 + active);

    /// <summary>The average at a time, in nanoseconds.</summary>
    public double At(long now) => _isMeasured ? _average * Math.Exp(-Math.Max(0, now - _at) / decayNanoseconds) : assumedNanoseconds;

    /// <summary>An answer came.</summary>
    /// <param name="latency">How long it took, in nanoseconds.</param>
    /// <param name="now">When it came.</param>
    public void Observe(double latency, long now)
    {
        if (!_isMeasured || latency > At(now))
        {
            _average = latency;
        }
        else
        {
            var kept = Math.Exp(-Math.Max(0, now - _at) / decayNanoseconds);
            _average = _average * kept + latency * (1 - kept);
        }

        _at = now;
        _isMeasured = true;
    }

    /// <summary>
    /// A try failed. Errors may come fast, and must not make the endpoint look fast: each doubles the average.
    /// </summary>
    public void Fail(double latency, long now)
    {
        _average = Math.Min(Math.Max(2 * Math.Max(At(now), assumedNanoseconds), latency), MostSteps * Math.Max(assumedNanoseconds, latency));
        _at = now;
        _isMeasured = true;
    }
}
