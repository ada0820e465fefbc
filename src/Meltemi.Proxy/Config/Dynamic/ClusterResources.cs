using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>
/// The clusters, from the file and from control planes (CDS). A new one, or one that finds its endpoints in another way, comes into force when they
/// are known or the time for that is over; until then what it replaces serves on.
/// </summary>
internal sealed class ClusterResources(
    DataPlane plane, ResourceTranslator translator, SourceTable sources, EndpointResources endpoints, ISerialQueue queue, Log log, Action settled)
{
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ErrorTable _errors = new();

    /// <summary>Clusters in force.</summary>
    public int Active { get; private set; }

    /// <summary>Clusters that are not in force yet, or not in their latest form.</summary>
    public int Warming { get; private set; }

    /// <summary>How often clusters came, changed and went.</summary>
    public ResourceCounts Counts { get; } = new();

    /// <summary>What there is to tell of each from a control plane.</summary>
    public IEnumerable<ResourceStatus> Status => _errors.AddTo(XdsTypes.Cluster, _entries.Where(entry => entry.Value.Origin is not null).Select(
        entry => new ResourceStatus(XdsTypes.Cluster, entry.Key, entry.Value.Received, entry.Value.WarmingResource, _errors.Of(entry.Key))));

    /// <summary>Whether it is part of the configuration, in force or not.</summary>
    public bool IsKnown(string name) => _entries.ContainsKey(name);

    /// <summary>Whether requests can go there: its endpoints are known, or were waited for long enough.</summary>
    public bool IsInForce(string name) => _entries.TryGetValue(name, out var entry) && entry.IsInForce;

    /// <summary>A cluster came from a control plane; the answer is why it cannot be used.</summary>
    public XdsRejection? Receive(Source source, XdsResource resource)
    {
        var now = queue.Time.GetUtcNow();
        var (config, reason) = translator.Cluster(resource);
        if (_entries.TryGetValue(resource.Name, out var known) && known.Origin is null) reason = "the proxy's own configuration has a cluster of this name";
        if (reason is not null) return _errors.Add(new(resource, now, reason));
        _errors.Remove(resource.Name);
        Upsert(config!, source, new ReceivedResource(resource, now));
        return null;
    }

    /// <summary>Takes over a cluster.</summary>
    /// <param name="origin">Null: the file.</param>
    public void Upsert(ClusterConfig config, Source? origin, ReceivedResource? resource)
    {
        if (!_entries.TryGetValue(config.Name, out var entry))
        {
            _entries[config.Name] = entry = new Entry(config.Name);
            Counts.Added++;
        }
        else if (entry.Config != config)
        {
            Counts.Modified++;
        }

        entry.Origin = origin;
        entry.Config = config;
        entry.Ready = plane.PrepareCluster(config);
        Follow(entry, config.EndpointSource is { } from ? (sources.Find(from.Source, origin, XdsTypes.Endpoints), from.Name) : null);
        Warm(entry, resource);
    }

    /// <summary>A cluster is gone. It serves as long as a route in force names it.</summary>
    /// <param name="origin">Who says so; only who gave it can take it back.</param>
    public void Remove(string name, Source? origin)
    {
        _errors.Remove(name);
        if (!_entries.TryGetValue(name, out var entry) || entry.Origin != origin) return;
        _entries.Remove(name);
        Counts.Removed++;
        Follow(entry, null);
        SetState(entry, inForce: false, warming: false);
        plane.RemoveCluster(name);
    }

    /// <summary>Endpoints came: the cluster may be ready.</summary>
    public void Recheck(string name)
    {
        if (_entries.TryGetValue(name, out var entry) && entry is { IsWarming: true, Ready.IsCompleted: true }) Activate(entry);
    }

    private void Follow(Entry entry, (Source Source, string Name)? from)
    {
        if (entry.Endpoints == from) return;
        var before = entry.Endpoints;
        entry.Endpoints = from;
        if (from is var (source, name)) endpoints.Use(source, name, entry.Name);
        if (before is var (oldSource, oldName)) endpoints.Release(oldSource, oldName, entry.Name);
    }

    private void Warm(Entry entry, ReceivedResource? resource)
    {
        entry.WarmingResource = resource;
        SetState(entry, entry.IsInForce, warming: true);
        if (entry.Ready.IsCompleted)
        {
            Activate(entry);
            return;
        }

        var timeout = entry.Config?.EndpointSource?.Source.InitialFetchTimeout ?? LookUpTimeout;
        if (timeout > TimeSpan.Zero) entry.Deadline = queue.After(timeout, () => GiveUp(entry, timeout));

        // What is told comes by Recheck; what is looked up becomes known on some thread of the pool.
        if (entry.Config!.EndpointSource is not null) return;
        var waited = entry.Ready;
        waited.ContinueWith(
            _ => queue.Post(() =>
            {
                if (entry.IsWarming && entry.Ready == waited) Activate(entry);
            }),
            TaskScheduler.Default);
    }

    private void GiveUp(Entry entry, TimeSpan timeout)
    {
        log.Warning($"cluster '{entry.Name}' did not get to know its endpoints within {timeout.TotalSeconds} s; it goes on with those that it has");
        Activate(entry);
    }

    private void Activate(Entry entry)
    {
        plane.ActivateCluster(entry.Name);
        entry.Received = entry.WarmingResource;
        entry.WarmingResource = null;
        SetState(entry, inForce: true, warming: false);
        settled();
    }

    private void SetState(Entry entry, bool inForce, bool warming)
    {
        entry.Deadline?.Dispose();
        entry.Deadline = null;
        Active += (inForce ? 1 : 0) - (entry.IsInForce ? 1 : 0);
        Warming += (warming ? 1 : 0) - (entry.IsWarming ? 1 : 0);
        (entry.IsInForce, entry.IsWarming) = (inForce, warming);
    }

    private sealed class Entry(string name)
    {
        public string Name => name;

        public Source? Origin { get; set; }

        public ClusterConfig? Config { get; set; }

        public (Source Source, string Name)? Endpoints { get; set; }

        public Task Ready { get; set; } = Task.CompletedTask;

        public IDisposable? Deadline { get; set; }

        public bool IsInForce { get; set; }

        public bool IsWarming { get; set; }

        public ReceivedResource? Received { get; set; }

        public ReceivedResource? WarmingResource { get; set; }
    }
}
