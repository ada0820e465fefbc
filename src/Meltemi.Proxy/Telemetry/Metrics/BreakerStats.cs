using Meltemi.Proxy.Outbound;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// A cluster's circuit breakers of one priority, looked up at each scrape, under Envoy's names (<c>circuit_breakers.default.rq_open</c>): 1 while a
/// bound is reached, and, where the configuration says <c>track_remaining</c>, what remains of it.
/// </summary>
internal sealed class BreakerStats
{
    private readonly StatScope _scope;
    private readonly List<(int Series, Func<CircuitBreaker, long> Value)> _gauges = [];

    public BreakerStats(MetricRegistry registry, string cluster, string priority, bool remaining)
    {
        _scope = new StatScope(
            registry, $"cluster.{cluster}.circuit_breakers.{priority}.", $"envoy_cluster_circuit_breakers_{priority}_",
            Labels.Of(("envoy_cluster_name", cluster)));
        Open("cx_open", "connections", breaker => breaker.Connections.Remaining);
        Open("rq_pending_open", "requests that wait for a connection", breaker => breaker.Pending.Remaining);
        Open("rq_open", "requests in flight", breaker => breaker.Requests.Remaining);
        Open("rq_retry_open", "requests that are tried again", Retries);
        if (!remaining) return;
        Add("remaining_cx", "Connections until the bound is reached.", breaker => breaker.Connections.Remaining);
        Add("remaining_pending", "Waiting requests until the bound is reached.", breaker => breaker.Pending.Remaining);
        Add("remaining_rq", "Requests in flight until the bound is reached.", breaker => breaker.Requests.Remaining);
        Add("remaining_retries", "Requests that may still be tried again.", Retries);
    }

    /// <summary>Sets the figures.</summary>
    public void Collect(CircuitBreaker breaker, SharedMetrics shared)
    {
        foreach (var (series, value) in _gauges) shared.Set(series, value(breaker));
    }

    /// <summary>Takes back the registrations, once.</summary>
    public void Remove() => _scope.Remove();

    private static long Retries(CircuitBreaker breaker) => Math.Max(0, breaker.Retries.Limit - breaker.Retries.Active);

    private void Open(string name, string of, Func<CircuitBreaker, long> remaining) =>
        Add(name, $"Whether the bound of {of} is reached.", breaker => remaining(breaker) <= 0 ? 1 : 0);

    private void Add(string name, string help, Func<CircuitBreaker, long> value) => _gauges.Add((_scope.Gauge(name, help), value));
}
