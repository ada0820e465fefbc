using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>The listeners in force. One that keeps its addresses keeps its sockets and connections, whatever else changes.</summary>
internal sealed class ListenerTable(
    Worker[] workers, MetricRegistry metrics, DataPlaneOptions options, AccessLogFiles logs, ClusterTable clusters, LocalLimits limits)
{
    // Read by scrapes while it changes.
    private readonly ConcurrentDictionary<string, RunningListener> _byName = new(StringComparer.Ordinal);
    private readonly List<RunningListener> _leaving = [];

    public IReadOnlyCollection<RunningListener> All => (IReadOnlyCollection<RunningListener>)_byName.Values;

    public RunningListener? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Brings figures up to date that are looked up rather than counted. At each scrape.</summary>
    public void Collect()
    {
        foreach (var listener in _byName.Values) listener.Collect();
    }

    public int OpenConnections => _byName.Values.Concat(_leaving).Sum(listener => listener.OpenConnections);

    /// <summary>Takes over all listeners; answers what could not be done, one line each.</summary>
    public IReadOnlyList<string> Apply(ImmutableArray<ListenerConfig> listeners, NodeConfig node)
    {
        foreach (var name in _byName.Keys.Except(listeners.Select(listener => listener.Name)).ToArray()) Remove(name);
        return [.. listeners.Select(listener => Upsert(listener, node)).OfType<string>()];
    }

    /// <summary>Takes over one listener. Where it cannot listen the answer says why, and what was there before goes on.</summary>
    public string? Upsert(ListenerConfig config, NodeConfig node)
    {
        try
        {
            return TakeOver(config, node);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"listener '{config.Name}' cannot open its access log: {e.Message}";
        }
    }

    /// <summary>Gets hold of addresses that a listener does not listen on yet.</summary>
    public AddressReservation? Reserve(ListenerConfig config, out string? problem)
    {
        problem = null;
        if (workers[0].Loop.Kernel is not LinuxKernel) return null;
        if (_byName.GetValueOrDefault(config.Name)?.CanBecome(config) == true) return null;
        try
        {
            return AddressReservation.Take(config.Addresses);
        }
        catch (SocketException e)
        {
            problem = $"listener '{config.Name}' cannot listen on {string.Join(", ", config.Addresses)}: {e.Message}";
            return null;
        }
    }

    /// <summary>Gives a protocol listener other routes, and touches nothing else of it.</summary>
    public void SetRoutes(string listener, string chain, RouteTableConfig routes) => _byName.GetValueOrDefault(listener)?.Use(chain, routes, clusters);

    /// <summary>Accepts no more; its connections end when their work is done.</summary>
    public void Remove(string name)
    {
        if (!_byName.TryRemove(name, out var listener)) return;
        listener.Drain();
        listener.Release(clusters);
        _leaving.RemoveAll(left => left.OpenConnections == 0);
        _leaving.Add(listener);
    }

    public void Drain()
    {
        foreach (var name in _byName.Keys.ToArray()) Remove(name);
    }

    public void Abort()
    {
        foreach (var listener in _leaving.Concat(_byName.Values)) listener.Abort();
    }

    private string? TakeOver(ListenerConfig config, NodeConfig node)
    {
        var running = _byName.GetValueOrDefault(config.Name);
        if (running is not null && running.CanBecome(config))
        {
            running.Use(config, node, options, logs, clusters);
            return null;
        }

        var fresh = new RunningListener(config, workers, metrics, limits, options.Log);
        fresh.Use(config, node, options, logs, clusters);
        if (fresh.Open() is { } problem)
        {
            fresh.Release(clusters);
            return problem;
        }

        if (running is not null) Remove(config.Name);
        _byName[config.Name] = fresh;
        return null;
    }
}
