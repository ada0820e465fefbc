using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>The listeners in force. One that keeps its addresses keeps its sockets and connections, whatever else changes.</summary>
internal sealed class ListenerTable(Worker[] workers, MetricRegistry metrics, DataPlaneOptions options, AccessLogFiles logs, Func<string, Cluster?> findCluster)
{
    // Read by scrapes while it changes.
    private readonly ConcurrentDictionary<string, RunningListener> _byName = new(StringComparer.Ordinal);
    private readonly List<RunningListener> _leaving = [];

    public IReadOnlyCollection<RunningListener> All => (IReadOnlyCollection<RunningListener>)_byName.Values;

    /// <summary>Brings figures up to date that are looked up rather than counted. At each scrape.</summary>
    public void Collect()
    {
        foreach (var listener in _byName.Values) listener.Collect();
    }

    public int OpenConnections => _byName.Values.Concat(_leaving).Sum(listener => listener.OpenConnections);

    /// <summary>Answers what could not be done, one line each.</summary>
    public IReadOnlyList<string> Apply(ImmutableArray<ListenerConfig> listeners, NodeConfig node)
    {
        var problems = new List<string>();
        foreach (var name in _byName.Keys.Except(listeners.Select(listener => listener.Name)).ToArray()) Leave(name);
        foreach (var config in listeners)
        {
            if (_byName.TryGetValue(config.Name, out var running) && !running.CanBecome(config))
            {
                Leave(config.Name);
                running = null;
            }

            if (running is null) _byName[config.Name] = running = new RunningListener(config, workers, metrics, options.Log);
            running.Use(config, node, options, logs, findCluster);
            running.Open(problems);
        }

        return problems;
    }

    public void Drain()
    {
        foreach (var name in _byName.Keys.ToArray()) Leave(name);
    }

    public void Abort()
    {
        foreach (var listener in _leaving.Concat(_byName.Values)) listener.Abort();
    }

    private void Leave(string name)
    {
        _byName.TryRemove(name, out var listener);
        listener!.Drain();
        _leaving.RemoveAll(left => left.OpenConnections == 0);
        _leaving.Add(listener);
    }
}
