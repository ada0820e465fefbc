using System.Text;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound;

/// <summary>A cluster as it runs: what all loops share of it. Lives as long as its configuration stays the same.</summary>
public sealed class Cluster
{
    private readonly ClusterWorker?[] _workers;
    private EndpointSource? _source;
    private volatile EndpointSet _endpoints;

    internal Cluster(ClusterConfig config, int index, IReadOnlyList<Worker> workers, MetricRegistry metrics)
    {
        Config = config;
        Index = index;
        NameUtf8 = Encoding.UTF8.GetBytes(config.Name);
        Stats = ClusterStats.Create(metrics, config.Name);
        Metrics = metrics;
        _endpoints = new EndpointSet([], config.Balancer);
        Connections = new Budget(config.Limits.MaxConnections, workers.Count);
        Pending = new Budget(config.Limits.MaxPendingRequests, workers.Count);
        Requests = new Budget(config.Limits.MaxRequests, workers.Count);
        _workers = new ClusterWorker?[workers.Count];
        for (var i = 0; i < workers.Count; i++) _workers[i] = new ClusterWorker(this, workers[i]);
    }

    /// <summary>The configuration.</summary>
    public ClusterConfig Config { get; }

    /// <summary>Unique name.</summary>
    public string Name => Config.Name;

    /// <summary>Number of the cluster among all that this process ever had: stable across reloads that keep it.</summary>
    public int Index { get; }

    /// <summary>Its figures.</summary>
    public ClusterStats Stats { get; }

    /// <summary>The endpoints in force.</summary>
    public EndpointSet Endpoints => _endpoints;

    /// <summary>The name for access logs.</summary>
    internal byte[] NameUtf8 { get; }

    internal MetricRegistry Metrics { get; }

    internal Budget Connections { get; }

    internal Budget Pending { get; }

    internal Budget Requests { get; }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    internal void Collect()
    {
        var shared = Metrics.Shared;
        shared.Set(Stats.MembershipTotal, Endpoints.Endpoints.Length);
        shared.Set(Stats.MembershipHealthy, Endpoints.Endpoints.Count(endpoint => !endpoint.Unavailable));
        shared.Set(Stats.UpdateSuccess, _source?.UpdateSuccess ?? 0);
        shared.Set(Stats.UpdateFailure, _source?.UpdateFailure ?? 0);
    }

    /// <summary>Begins to look for endpoints; starts with those that <paramref name="previous"/>, the cluster of the old configuration, knew.</summary>
    internal void Start(DataPlaneOptions options, Cluster? previous)
    {
        _source = EndpointSource.Create(Config, Update, previous?._source, options.Resolver, options.Time);
        Update(_source.Current);
        _source.Start();
    }

    /// <summary>Nothing leads here any more: stops looking, and lets the connections finish.</summary>
    internal void Stop()
    {
        _source?.Dispose();
        foreach (var worker in _workers) worker!.Worker.Loop.Post(static state => ((ClusterWorker)state!).Drain(), worker);
    }

    internal ClusterWorker ForLoop(int loop) => _workers[loop]!;

    /// <summary>New endpoints, from any thread; each loop takes them over at its next turn.</summary>
    internal void Update(EndpointSet endpoints)
    {
        _endpoints = endpoints;
        foreach (var worker in _workers) worker!.Worker.Loop.Post(static state => ((ClusterWorker)state!).TakeOver(), worker);
    }
}
