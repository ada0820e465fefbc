using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy;

/// <summary>
/// The running proxy: listeners and clusters on a set of event loops. Takes over a configuration, again and again: what stays the same goes
/// on untouched, what changed is swapped under the traffic, what is gone finishes its work and closes.
/// <para>Methods are called from one thread at a time, which may be a loop's only if there is a single loop.</para>
/// </summary>
public sealed class DataPlane
{
    private readonly Worker[] _workers;
    private readonly ClusterTable _clusters;
    private readonly ListenerTable _listeners;

    /// <summary>Prepares a proxy on these loops; whoever made them runs them.</summary>
    public DataPlane(IReadOnlyList<EventLoop> loops, DataPlaneOptions? options = null)
    {
        options ??= new();
        Metrics = new MetricRegistry(loops.Count);
        AccessLogs = new AccessLogFiles(Metrics, loops.Count, options.Log.For("access-log"));
        _workers = new Worker[loops.Count];
        for (var i = 0; i < loops.Count; i++)
        {
            var loop = i;
            _workers[i] = new Worker(loops[i], Metrics.ForLoop(i), Mix(options.Seed + (ulong)i), loops.Count);
            loops[i].TurnEnded = () => AccessLogs.EndTurn(loop);
        }

        _clusters = new ClusterTable(_workers, Metrics, options);
        Metrics.OnCollect(_clusters.Collect);
        _listeners = new ListenerTable(_workers, Metrics, options, AccessLogs, _clusters.Find);
        Metrics.OnCollect(_listeners.Collect);
    }

    /// <summary>All figures.</summary>
    public MetricRegistry Metrics { get; }

    /// <summary>The access logs' files.</summary>
    public AccessLogFiles AccessLogs { get; }

    /// <summary>The configuration in force.</summary>
    public ProxyConfig Config { get; private set; } = new();

    /// <summary>Clusters as they run, by name.</summary>
    public IReadOnlyCollection<Cluster> Clusters => _clusters.All;

    /// <summary>Listeners as they run.</summary>
    public IReadOnlyCollection<RunningListener> Listeners => _listeners.All;

    /// <summary>Whether <see cref="Drain"/> was called.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Requests in flight over all loops; exact when they rest.</summary>
    public int InFlight => _workers.Sum(worker => worker.Flow.InUse);

    /// <summary>
    /// Takes over a configuration. Addresses that cannot be listened on are named in the answer; everything else is in force when it returns.
    /// </summary>
    public IReadOnlyList<string> Apply(ProxyConfig config)
    {
        // Clusters first: no route ever leads to one that is not there yet. Those that are gone leave last.
        _clusters.Apply(config.Clusters);
        var problems = _listeners.Apply(config.Listeners, config.Node);
        _clusters.RemoveOthers(config.Clusters);
        Config = config;
        return problems;
    }

    /// <summary>Accepts no more, asks clients to leave where their protocol can say so, lets requests in flight finish.</summary>
    public void Drain()
    {
        IsDraining = true;
        _listeners.Drain();
    }

    /// <summary>Open client connections; exact when the loops rest.</summary>
    public int OpenConnections => _listeners.OpenConnections;

    /// <summary>Ends what is left at once.</summary>
    public void Abort()
    {
        _listeners.Abort();
        _clusters.RemoveOthers([]);
    }

    private static ulong Mix(ulong seed) => (seed + 1) * 0x9E3779B97F4A7C15UL;
}
