using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Outbound.Health;

/// <summary>
/// Lets endpoints of a cluster come to their share slowly: those that are added, and those that were unhealthy or ejected. The first endpoints of a
/// cluster begin with all of it, for there is nobody to bear the rest. A timer off the loops raises the shares, as long as there are any to raise.
/// </summary>
internal sealed class SlowStart
{
    private readonly Lock _gate = new();
    private readonly SlowStartConfig _config;
    private readonly TimeProvider _time;
    private readonly Dictionary<Endpoint, long> _since;
    private readonly ITimer _timer;
    private bool _isStopped;

    /// <param name="config">The policy.</param>
    /// <param name="time">The clock.</param>
    /// <param name="previous">Of the cluster's former configuration: what is under way goes on.</param>
    public SlowStart(SlowStartConfig config, TimeProvider time, SlowStart? previous)
    {
        _config = config;
        _time = time;
        _timer = time.CreateTimer(static state => ((SlowStart)state!).Step(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _since = previous?.HandOver() ?? [];
        if (_since.Count > 0) Arm();
    }

    /// <summary>The set of endpoints changes.</summary>
    public void Update(EndpointSet before, EndpointSet after)
    {
        if (before.Endpoints.IsEmpty) return;
        var known = before.Endpoints.ToHashSet();
        foreach (var endpoint in after.Endpoints)
        {
            // Whose health is not known yet begins when it is.
            if (!known.Contains(endpoint) && !endpoint.Health.Has(HealthFlags.FailedCheck)) Begin(endpoint);
        }
    }

    /// <summary>An endpoint is new or has recovered.</summary>
    public void Begin(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (_isStopped) return;
            _since[endpoint] = _time.GetTimestamp();
            endpoint.Health.Warm(Share(TimeSpan.Zero));
            if (_since.Count == 1) Arm();
        }
    }

    /// <summary>Ends it: all have their full share.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            _timer.Dispose();
            foreach (var endpoint in _since.Keys) endpoint.Health.Warm(1);
            _since.Clear();
        }
    }

    private Dictionary<Endpoint, long> HandOver()
    {
        lock (_gate)
        {
            var since = new Dictionary<Endpoint, long>(_since);
            _since.Clear();
            return since;
        }
    }

    private void Step()
    {
        lock (_gate)
        {
            if (_isStopped) return;
            foreach (var (endpoint, since) in _since.ToArray())
            {
                var elapsed = _time.GetElapsedTime(since);
                endpoint.Health.Warm(Share(elapsed));
                if (elapsed >= _config.Window) _since.Remove(endpoint);
            }

            if (_since.Count > 0) Arm();
        }
    }

    // Fine enough that a step is a fiftieth of the share.
    private void Arm() =>
        _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(_config.Window.TotalMilliseconds / 50, 10, 1000)), Timeout.InfiniteTimeSpan);

    private double Share(TimeSpan elapsed)
    {
        var grown = Math.Pow(Math.Clamp(elapsed / _config.Window, 0, 1), 1 / _config.Aggression);
        return Math.Max(grown, _config.MinWeightPercent / 100);
    }
}
