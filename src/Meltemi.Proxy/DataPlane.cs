using System.Collections.Immutable;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Filters.Concurrency;
using Meltemi.Proxy.Filters.RateLimits.Global;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Proxy.Filters.Sessions;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy;

/// <summary>
/// The running proxy: listeners and clusters on a set of event loops. Takes over a configuration, again and again, as a whole or piece by piece:
/// what stays the same goes on untouched, what changed is swapped under the traffic, what is gone finishes its work and closes.
/// <para>Methods may be called from any thread, but a loop's only if there is a single loop; they take turns.</para>
/// </summary>
public sealed class DataPlane
{
    private readonly Lock _gate = new();
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
        var limits = new LocalLimits(Metrics, _workers);
        var services = new RateLimitServices(_clusters, Metrics);
        var (adaptive, concurrency) = (new AdaptiveLimits(Metrics, options.Seed), new ConcurrencyLimits(Metrics));
        Metrics.OnCollect(adaptive.Collect);
        Metrics.OnCollect(concurrency.Collect);
        IFilterFactory[] own =
        [
            new LocalRateLimitFilter.Factory(limits), new GlobalRateLimitFilter.Factory(services, Metrics),
            new AdaptiveConcurrencyFilter.Factory(adaptive, Metrics), new ConcurrencyLimitFilter.Factory(concurrency, Metrics),
            new StatefulSessionFilter.Factory(),
        ];
        options = options with { Filters = [.. options.Filters, .. own] };
        _listeners = new ListenerTable(_workers, Metrics, options, AccessLogs, _clusters, limits);
        Metrics.OnCollect(_listeners.Collect);
    }

    /// <summary>All figures.</summary>
    public MetricRegistry Metrics { get; }

    /// <summary>The access logs' files.</summary>
    public AccessLogFiles AccessLogs { get; }

    /// <summary>The configuration in force.</summary>
    public ProxyConfig Config => new()
    {
        Node = Node,
        Listeners = [.. Listeners.Select(listener => listener.Config)],
        Clusters = [.. Clusters.Select(cluster => cluster.Config)],
    };

    /// <summary>Who this proxy is, for what is compiled from now on.</summary>
    public NodeConfig Node
    {
        get;
        set
        {
            field = value;
            _clusters.StandAt(value);
        }
    } = new();

    /// <summary>Clusters as they run, by name.</summary>
    public IReadOnlyCollection<Cluster> Clusters => _clusters.All;

    /// <summary>Listeners as they run.</summary>
    public IReadOnlyCollection<RunningListener> Listeners => _listeners.All;

    /// <summary>A listener as it runs; null: there is none of this name.</summary>
    public RunningListener? FindListener(string name) => _listeners.Find(name);

    /// <summary>Whether <see cref="Drain"/> was called.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Requests in flight over all loops; exact when they rest.</summary>
    public int InFlight => _workers.Sum(worker => worker.Flow.InUse);

    /// <summary>
    /// Takes over a whole configuration. Addresses that cannot be listened on are named in the answer; everything else is in force when it returns.
    /// </summary>
    public IReadOnlyList<string> Apply(ProxyConfig config)
    {
        lock (_gate)
        {
            // Clusters first: no route ever leads to one that is not there yet. Those that are gone leave last.
            Node = config.Node;
            foreach (var cluster in config.Clusters)
            {
                _ = _clusters.Prepare(cluster);
                _clusters.Activate(cluster.Name);
            }

            var problems = _listeners.Apply(config.Listeners, Node);
            _clusters.RemoveOthers(config.Clusters);
            return problems;
        }
    }

    /// <summary>
    /// Makes a cluster, new or changed, without putting it in force: what has its name serves on until <see cref="ActivateCluster"/>.
    /// </summary>
    /// <returns>Completes when its endpoints are known, at once if they are or if nothing changed; may take for ever.</returns>
    public Task PrepareCluster(ClusterConfig config)
    {
        lock (_gate) return _clusters.Prepare(config);
    }

    /// <summary>Puts a prepared cluster in force, with the endpoints that it knows by now.</summary>
    public void ActivateCluster(string name)
    {
        lock (_gate) _clusters.Activate(name);
    }

    /// <summary>Tells a cluster of type EDS its endpoints; touches nothing else.</summary>
    public void SetEndpoints(string cluster, AssignmentConfig assignment)
    {
        lock (_gate) _clusters.SetEndpoints(cluster, assignment);
    }

    /// <summary>Removes a cluster as soon as no route in force names it.</summary>
    public void RemoveCluster(string name)
    {
        lock (_gate) _clusters.Remove(name, atOnce: false);
    }

    /// <summary>
    /// Gets hold of the addresses of a listener that is to be taken over later, so that it is known now whether that will be possible.
    /// </summary>
    /// <param name="config">The listener. What it already listens on needs no reservation.</param>
    /// <param name="problem">Why they cannot be had; null: they are.</param>
    /// <returns>To be disposed of once it listens, or is no longer wanted; null: there is nothing to hold.</returns>
    public IDisposable? ReserveAddresses(ListenerConfig config, out string? problem)
    {
        lock (_gate) return _listeners.Reserve(config, out problem);
    }

    /// <summary>
    /// Takes over a listener. One with the same addresses keeps its sockets and connections; if others cannot be listened on, the answer says why
    /// and the old listener goes on.
    /// </summary>
    public string? UpsertListener(ListenerConfig config)
    {
        lock (_gate) return IsDraining ? null : _listeners.Upsert(config, Node);
    }

    /// <summary>Gives a protocol listener other routes; connections, filters and everything else of it stay as they are.</summary>
    /// <param name="chain">Which of its chains (<see cref="ListenerConfig.AllChains"/>).</param>
    public void SetRoutes(string listener, RouteTableConfig routes, string chain = "")
    {
        lock (_gate) _listeners.SetRoutes(listener, chain, routes);
    }

    /// <summary>Stops accepting; the connections end when their requests are answered.</summary>
    public void RemoveListener(string name)
    {
        lock (_gate) _listeners.Remove(name);
    }

    /// <summary>Accepts no more, asks clients to leave where their protocol can say so, lets requests in flight finish.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            IsDraining = true;
            _listeners.Drain();
        }
    }

    /// <summary>Open client connections; exact when the loops rest.</summary>
    public int OpenConnections => _listeners.OpenConnections;

    /// <summary>Ends what is left at once.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _listeners.Abort();
            _clusters.RemoveOthers([]);
        }
    }

    private static ulong Mix(ulong seed) => (seed + 1) * 0x9E3779B97F4A7C15UL;
}
