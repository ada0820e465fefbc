using Meltemi.Codec;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>
/// Keeps a data plane at what its file and its control planes say. Resources come by <see cref="Source"/>s, become records, wait for what they need
/// and come into force one by one; what cannot be used is refused with the reason, and what it was to replace stays:
/// <code>
///   stream -> Source -> ClusterResources ---follow---> EndpointResources
///                  \--> ListenerResources --follow---> RouteResources         -> DataPlane
///                              \------ WaitingList: routes and clusters ------/
/// </code>
/// All of it runs on one queue, off the loops.
/// </summary>
public sealed class ControlPlaneFollower : IReferences, IClusterView, ISourceReceiver
{
    private readonly DataPlane _plane;
    private readonly DynamicConfig _config;
    private readonly Log _log;
    private readonly ISerialQueue _queue;
    private readonly FollowerStats _stats;
    private readonly WaitingList _waitingList;
    private readonly SourceTable _sources;
    private readonly EndpointResources _endpoints;
    private readonly ClusterResources _clusters;
    private readonly RouteResources _routes;
    private readonly ListenerResources _listeners;
    private readonly Queue<Source> _opened = new();
    private ProxyConfig _file = new();
    private Source? _clusterSource;
    private Source? _listenerSource;
    private ILookup<string, XdsResource>? _saved;
    private bool _clustersAnswered;
    private bool _listenersAnswered;

    /// <summary>A follower; <see cref="Start"/> lets it begin.</summary>
    /// <param name="plane">What is configured.</param>
    /// <param name="codecs">The protocols that are known.</param>
    /// <param name="config">Who is followed.</param>
    /// <param name="open">Makes the clients.</param>
    /// <param name="queue">What it runs on.</param>
    /// <param name="log">The process log.</param>
    public ControlPlaneFollower(DataPlane plane, CodecRegistry codecs, DynamicConfig config, OpenClient open, ISerialQueue queue, Log log)
    {
        (_plane, _config, _queue, _log) = (plane, config, queue, log);
        _stats = new(plane.Metrics);
        _waitingList = new(queue, Rested);
        _sources = new(config, () => _file.Clusters, open, this) { Opened = _opened.Enqueue };
        var translator = new ResourceTranslator(codecs, this);
        _endpoints = new(plane, translator, _sources, queue.Time);
        _clusters = new(plane, translator, _sources, _endpoints, queue, log, _waitingList.Changed);
        _routes = new(translator, _sources, this, _waitingList, queue, table => _listeners!.RoutesInForce(table));
        _listeners = new(plane, translator, _sources, _routes, this, _waitingList, queue, log);
    }

    /// <summary>
    /// The first configuration is in force: whoever gives listeners and clusters has answered, or what was saved was taken over, and no listener waits
    /// for its first time.
    /// </summary>
    public bool IsLive { get; private set; }

    /// <summary>Called once, when <see cref="IsLive"/> becomes true.</summary>
    public Action Live { get; set; } = static () => { };

    /// <summary>Called when something was accepted that is worth saving.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>Everything from control planes that is known, in force or not.</summary>
    public IEnumerable<ResourceStatus> Status => [.. _listeners.Status, .. _routes.Status, .. _clusters.Status, .. _endpoints.Status];

    /// <summary>What was accepted, by the key of its source: what <see cref="Start"/> takes as saved.</summary>
    public IEnumerable<(string Source, XdsResource Resource)> Held =>
        _sources.All.SelectMany(source => source.Client.Held.Select(resource => (source.Key, resource)));

    /// <summary>Takes over the file, then what was saved, and begins to follow. On the queue, once.</summary>
    /// <param name="file">The static configuration.</param>
    /// <param name="saved">What was accepted in an earlier life.</param>
    /// <returns>What could not be done of the file, one line each.</returns>
    public IReadOnlyList<string> Start(ProxyConfig file, IEnumerable<(string Source, XdsResource Resource)> saved)
    {
        _saved = saved.ToLookup(entry => entry.Source, entry => entry.Resource, StringComparer.Ordinal);
        _clusterSource = Root(_config.Clusters, XdsTypes.Cluster, file);
        _listenerSource = Root(_config.Listeners, XdsTypes.Listener, file);
        var problems = Apply(file);
        _saved = null;
        return problems;
    }

    /// <summary>Takes over a new state of the file. On the queue.</summary>
    /// <returns>What could not be done, one line each.</returns>
    public IReadOnlyList<string> Apply(ProxyConfig file)
    {
        var before = _file;
        _file = file;
        _plane.Node = file.Node;
        foreach (var listener in before.Listeners.ExceptBy(file.Listeners.Select(Name), Name)) _listeners.Remove(listener.Name, null);
        var problems = new List<string>();
        foreach (var cluster in file.Clusters)
        {
            if (Complaint($"cluster '{cluster.Name}'", cluster.EndpointSource) is { } problem) problems.Add(problem);
            else _clusters.Upsert(cluster, null, null);
        }

        foreach (var listener in file.Listeners)
        {
            var problem = Complaint($"listener '{listener.Name}'", (listener.Chain as ProtocolChainConfig)?.RouteSource);
            if ((problem ?? _listeners.Upsert(listener, null, null)) is { } failure) problems.Add(failure);
        }

        foreach (var cluster in before.Clusters.ExceptBy(file.Clusters.Select(Name), Name)) _clusters.Remove(cluster.Name, null);
        StartOpened();
        _waitingList.Run();
        return problems;

        static string Name(object config) => config is ListenerConfig listener ? listener.Name : ((ClusterConfig)config).Name;
    }

    // Only after a reload: who is followed is decided at the start.
    private string? Complaint(string owner, NamedSource? source) =>
        source is not null && _sources.Complaint(source.Source) is { } complaint ? $"{owner} cannot get '{source.Name}': {complaint}" : null;

    /// <summary>Ends all streams. Not on the queue.</summary>
    public async Task StopAsync()
    {
        foreach (var source in await _queue.RunAsync(() => _sources.All.ToArray()).ConfigureAwait(false)) await source.Client.DisposeAsync().ConfigureAwait(false);
    }

    string? IReferences.Complaint(SourceConfig source) => _sources.Complaint(source);

    bool IReferences.HasCluster(string name) => _clusters.IsKnown(name);

    bool IClusterView.IsAwaited(string cluster, Source? namedBy)
    {
        if (_clusters.IsInForce(cluster)) return false;
        return _clusters.IsKnown(cluster) || (_clusterSource is not null && (!_clustersAnswered || namedBy != _clusterSource));
    }

    IReadOnlyList<XdsRejection> ISourceReceiver.Received(Source source, XdsUpdate update)
    {
        var rejections = new List<XdsRejection>();
        switch (update.Type)
        {
            case XdsTypes.Cluster:
                Take(update, resource => _clusters.Receive(source, resource));
                foreach (var name in update.Removed) _clusters.Remove(name, source);
                if (!_clustersAnswered) _waitingList.Changed();
                _clustersAnswered = true;
                break;
            case XdsTypes.Endpoints:
                var touched = new List<string>();
                Take(update, resource => _endpoints.Receive(source, resource, touched));
                foreach (var name in update.Removed) _endpoints.DoesNotExist(source, name, touched);
                foreach (var cluster in touched) _clusters.Recheck(cluster);
                break;
            case XdsTypes.Listener:
                _listeners.RetryTaken(source, update);
                foreach (var name in update.Removed) _listeners.Remove(name, source);
                Take(update, resource => _listeners.Receive(source, resource));
                _listenersAnswered = true;
                break;
            case XdsTypes.Route:
                Take(update, resource => _routes.Receive(source, resource));
                break;
        }

        StartOpened();
        _waitingList.Run();
        Tell(update, rejections);
        return rejections;

        void Take(XdsUpdate update, Func<XdsResource, XdsRejection?> receive) =>
            rejections.AddRange(update.Changed.Select(resource => Guarded(resource, receive)).OfType<XdsRejection>());
    }

    void ISourceReceiver.Connected(Source source, string server, bool delta)
    {
        _log.Info($"following the control plane at {server} ({source.Key}), {(delta ? "delta" : "state of the world")}");
        ShowConnection();
    }

    void ISourceReceiver.Disconnected(Source source, string server, string reason)
    {
        var message = $"no control plane at {server} ({source.Key}): {reason}; trying again, with what there is in force";
        _log.Write(source.IsOutageKnown ? LogLevel.Debug : LogLevel.Warning, message);
        _stats.Failed(source.Type);
        ShowConnection();
    }

    // A mistake of ours with one resource must not keep all others from coming into force, again and again.
    private XdsRejection? Guarded(XdsResource resource, Func<XdsResource, XdsRejection?> receive)
    {
        try
        {
            return receive(resource);
        }
        catch (Exception e)
        {
            _log.Error($"'{resource.Name}' of the control plane cannot be taken over because of an error in the proxy", e);
            return new(resource.Name, $"an error in the proxy: {e.GetType().Name}: {e.Message}");
        }
    }

    private Source? Root(SourceConfig? config, string type, ProxyConfig file)
    {
        if (config is null) return null;
        _file = _file with { Clusters = file.Clusters }; // the way to it
        var source = _sources.Find(config, null, type);
        source.IsRoot = true;
        source.Client.SubscribeAll(type);
        return source;
    }

    // Sources open while resources are taken in that name them; what they are asked for is known afterwards.
    private void StartOpened()
    {
        while (_opened.TryDequeue(out var source))
        {
            if (_saved?[source.Key].ToArray() is { Length: > 0 } saved) source.Client.Restore(saved);
            source.Client.Start();
        }
    }

    private void Tell(XdsUpdate update, List<XdsRejection> rejections)
    {
        _stats.Updated(update, rejections.Count > 0);
        foreach (var (name, reason) in rejections)
            _log.Warning($"refused {update.Type[(update.Type.LastIndexOf('.') + 1)..]} '{name}' of the control plane: {reason}");
        if (update.Changed.Count > rejections.Count || update.Removed.Count > 0) Changed();
        if (_log.IsEnabled(LogLevel.Debug))
            _log.Debug($"{update.Type}: {update.Changed.Count} changed, {update.Removed.Count} removed, {rejections.Count} refused");
    }

    private void ShowConnection() => _stats.Connected(_sources.All.All(source => source.IsConnected));

    private void Rested()
    {
        _stats.Show(_clusters, _listeners);
        if (IsLive || _listeners.IsAnyNewWarming) return;
        if ((_clusterSource is not null && !_clustersAnswered) || (_listenerSource is not null && !_listenersAnswered)) return;
        IsLive = true;
        Live();
    }
}
