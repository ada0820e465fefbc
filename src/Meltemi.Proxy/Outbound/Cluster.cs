using System.Text;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Balancing.HostSets;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound.Health;
using Meltemi.Proxy.Outbound.Health.Checks;
using Meltemi.Proxy.Outbound.Mirrors;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound;

/// <summary>A cluster as it runs: what all loops share of it. Lives as long as its configuration stays the same.</summary>
public sealed class Cluster
{
    private readonly Lock _registration = new();
    private readonly ClusterWorker?[] _workers;
    private volatile ClusterStats? _stats;
    private volatile MirrorLane? _mirrors;
    private MembershipStats? _membership;
    private volatile CircuitBreaker? _high;
    private BreakerStats? _defaultStats;
    private BreakerStats? _highStats;
    private long _changes;
    private int _busyLoops;
    private bool _isStopped;
    private volatile EndpointSet _endpoints;

    internal Cluster(ClusterConfig config, int index, IReadOnlyList<Worker> workers, MetricRegistry metrics, OwnPlace own)
    {
        Config = config;
        Index = index;
        Own = own;
        NameUtf8 = Encoding.UTF8.GetBytes(config.Name);
        Metrics = metrics;
        _endpoints = new EndpointSet([], config.Balancer);
        Default = new CircuitBreaker(config.Limits, workers.Count);
        _busyLoops = workers.Count;
        _workers = new ClusterWorker?[workers.Count];
        for (var i = 0; i < workers.Count; i++) _workers[i] = new ClusterWorker(this, workers[i]);
    }

    /// <summary>The configuration.</summary>
    public ClusterConfig Config { get; }

    /// <summary>Unique name.</summary>
    public string Name => Config.Name;

    /// <summary>Number of the cluster among all that this process ever had: stable across reloads that keep it.</summary>
    public int Index { get; }

    /// <summary>Figures of its traffic. Registered when they are first wanted: of thousands of clusters a proxy uses few.</summary>
    public ClusterStats Stats => _stats ?? Register();

    /// <summary>The endpoints in force.</summary>
    public EndpointSet Endpoints => _endpoints;

    /// <summary>The name for access logs.</summary>
    internal byte[] NameUtf8 { get; }

    internal MetricRegistry Metrics { get; }

    /// <summary>Where the proxy stands.</summary>
    internal OwnPlace Own { get; }

    /// <summary>Where the endpoints come from; null before the start.</summary>
    internal EndpointSource? Source { get; private set; }

    /// <summary>Completes when there was a first answer about the endpoints, good or bad, and each was checked once if they are checked.</summary>
    internal Task Ready { get; private set; } = Task.CompletedTask;

    /// <summary>Leaves endpoints out that fail; null: that is not wanted.</summary>
    internal OutlierDetector? Outliers { get; private set; }

    /// <summary>Asks endpoints whether they are well; null: they are not asked.</summary>
    internal HealthChecker? Checks { get; private set; }

    /// <summary>Lets endpoints come to their share slowly; null: that is not wanted.</summary>
    internal SlowStart? SlowStart { get; private set; }

    /// <summary>Whether a loop ever wanted to send something here.</summary>
    internal bool IsUsed => Array.Exists(_workers, worker => worker!.IsUsed);

    /// <summary>Bounds of requests of default priority.</summary>
    internal CircuitBreaker Default { get; }

    /// <summary>Bounds of requests of high priority. Made with the first of them: most clusters have none.</summary>
    internal CircuitBreaker High => _high ?? MakeHigh();

    /// <summary>What copies of requests may take.</summary>
    internal MirrorLane Mirrors => _mirrors ?? OpenMirrors();

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    internal void Collect()
    {
        lock (_registration)
        {
            if (_isStopped) return;
            _membership ??= MembershipStats.Create(Metrics, Name);
            var shared = Metrics.Shared;
            shared.Set(_membership.Total, Endpoints.Endpoints.Length);
            shared.Set(_membership.Healthy, Endpoints.Endpoints.Count(endpoint => !endpoint.Unavailable));
            shared.Set(_membership.Change, Interlocked.Read(ref _changes));
            shared.Set(_membership.UpdateSuccess, Source?.UpdateSuccess ?? 0);
            shared.Set(_membership.UpdateFailure, Source?.UpdateFailure ?? 0);
            Outliers?.Collect();
            Checks?.Collect();
            if (_stats is null) return; // of thousands of clusters a proxy uses few
            (_defaultStats ??= new(Metrics, Name, "default", Config.Limits.TrackRemaining)).Collect(Default, shared);
            if (_high is { } high) (_highStats ??= new(Metrics, Name, "high", Config.HighLimits.TrackRemaining)).Collect(high, shared);
        }
    }

    /// <summary>Begins to look for endpoints; starts with those that <paramref name="previous"/>, the cluster of the old configuration, knew.</summary>
    internal void Start(DataPlaneOptions options, Cluster? previous)
    {
        if (Config.Outliers is { } outliers) Outliers = new(outliers, Name, () => _endpoints, Metrics, options, Recovered, previous?.Outliers);
        if (Config.Balancer.SlowStart is { } slowly) SlowStart = new(slowly, options.Time, previous?.SlowStart);
        if (Config.HealthCheck is { } check) Checks = new(check, this, _workers.Select(worker => worker!.Worker).ToArray(), options.Log, previous?.Checks);
        Source = EndpointSource.Create(Config, Update, previous?.Source, options.Resolver, options.Time);
        Update(previous?.Endpoints ?? _endpoints, Source.Current);
        Ready = Checks is null ? Source.Ready : CheckedAsync(Source.Ready, Checks);
        Source.Start();
    }

    /// <summary>Nothing leads here any more: stops looking, and lets the connections finish.</summary>
    internal void Stop()
    {
        Source?.Dispose();
        Checks?.Stop();
        Outliers?.Stop();
        SlowStart?.Stop();
        lock (_registration)
        {
            _isStopped = true;
            _membership?.Remove();
            _defaultStats?.Remove();
            _highStats?.Remove();
            _membership = null;
            _defaultStats = _highStats = null;
        }

        foreach (var worker in _workers) worker!.Worker.Loop.Post(static state => ((ClusterWorker)state!).Drain(), worker);
    }

    /// <summary>A loop's last connection ended after <see cref="Stop"/>; with the last loop's the figures go.</summary>
    internal void LoopIsDone()
    {
        if (Interlocked.Decrement(ref _busyLoops) > 0) return;
        lock (_registration)
        {
            _stats?.Remove();
            _stats = null;
            _mirrors?.Stats.Remove();
            _mirrors = null;
        }
    }

    internal ClusterWorker ForLoop(int loop) => _workers[loop]!;

    /// <summary>
    /// New endpoints, from any thread. A loop that has ever sent something here takes them over at its next turn; the others when they do.
    /// </summary>
    internal void Update(EndpointSet endpoints) => Update(_endpoints, endpoints);

    /// <summary>An endpoint that was out of use may be used again.</summary>
    internal void Recovered(Endpoint endpoint) => SlowStart?.Begin(endpoint);

    private void Update(EndpointSet before, EndpointSet endpoints)
    {
        Checks?.Update(before, endpoints);
        SlowStart?.Update(before, endpoints);
        _endpoints = endpoints;
        Interlocked.Increment(ref _changes); // also the fence between this writing and that reading: see ClusterWorker.TakeOver
        foreach (var worker in _workers)
        {
            if (worker!.IsUsed) worker.Worker.Loop.Post(static state => ((ClusterWorker)state!).TakeOver(), worker);
        }
    }

    private static async Task CheckedAsync(Task known, HealthChecker checks)
    {
        await known.ConfigureAwait(false);
        checks.Complete();
        await checks.Ready.ConfigureAwait(false);
    }

    private MirrorLane OpenMirrors()
    {
        lock (_registration) return _mirrors ??= new MirrorLane(Metrics, Name, Config.Limits, _workers.Length);
    }

    private CircuitBreaker MakeHigh()
    {
        lock (_registration) return _high ??= new CircuitBreaker(Config.HighLimits, _workers.Length);
    }

    private ClusterStats Register()
    {
        lock (_registration) return _stats ??= ClusterStats.Create(Metrics, Name);
    }
}
