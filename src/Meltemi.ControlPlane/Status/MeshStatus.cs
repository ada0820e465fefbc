using System.Collections.Immutable;
using Meltemi.ControlPlane.Introspection;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Status;

/// <summary>Listens to the push side, and has the status of resources written and events told.</summary>
public sealed class MeshStatus : IPushObserver, IStatusSource, IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly PushServer _push;
    private readonly EventLog _events;
    private readonly UseTracker<ConnectedProxy> _uses;
    private readonly StatusWriter _writer;
    private readonly SharedUses? _shared;
    private readonly ITimer? _again;
    private bool _ready;
    private ImmutableDictionary<ResourceKey, string> _kept = ImmutableDictionary<ResourceKey, string>.Empty;

    /// <summary>
    /// How often everything is looked at again where several controllers write: two that write one status at the same moment may leave that of the one that
    /// knew less.
    /// </summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    /// <summary>Begins to listen.</summary>
    public MeshStatus(IResourceStore store, PushServer push, EventLog events, TimeProvider time, ILogger log)
    {
        (_store, _push, _events) = (store, push, events);
        _writer = new StatusWriter(store, this, time, log);
        _uses = new(proxy => proxy.Node.Id, _writer.Changed);
        if (store.Shared is { } records) _shared = new(records, _writer.Changed, () => ChangedAll([.. push.State.Resources.Keys]));
        if (_shared is not null) _again = time.CreateTimer(_ => ChangedAll([.. push.State.Resources.Keys]), null, Again, Again);
        push.Diagnostics.Changed += ChangedAll;
        store.SourceProblemsChanged += ReadKept;
        push.Observe(this);
        ReadKept();
    }

    Resource? IStatusSource.Translated(ResourceKey key) => _push.State.Resources.GetValueOrDefault(key);

    ImmutableArray<Diagnostic> IStatusSource.Findings(ResourceKey key)
    {
        var found = _push.Diagnostics.Of(key);
        return Volatile.Read(ref _kept).TryGetValue(key, out var why) ? found.Insert(0, new(key, "", true, Condition.Accepted, why)) : found;
    }

    ProxyUse IStatusSource.Use(Resource resource)
    {
        var own = _uses.UseOf(resource.Key);
        if (_shared is null) return own;
        _shared.Say(resource, own);
        return _shared.Add(resource, own);
    }

    void IPushObserver.Connected(ConnectedProxy proxy) => _events.Add(proxy.Node.Id, "Connected");

    void IPushObserver.Published(ConnectedProxy proxy, IReadOnlyList<ResourceChange> changes)
    {
        foreach (var change in changes) _uses.Published(proxy, change.Before, change.After);
    }

    void IPushObserver.Accepted(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> held)
    {
        _uses.Accepted(proxy, type, held);
        _events.Add(proxy.Node.Id, "Accepted", $"{TypeNames.Short(type)}, {held.Count} in all");
    }

    void IPushObserver.Refused(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> sent, string reason)
    {
        _uses.Refused(proxy, type, sent, reason);
        _events.Add(proxy.Node.Id, "Refused", $"{TypeNames.Short(type)}: {reason}");
    }

    void IPushObserver.Disconnected(ConnectedProxy proxy)
    {
        _uses.Disconnected(proxy);
        _events.Add(proxy.Node.Id, "Disconnected");
    }

    void IPushObserver.Translated(IReadOnlyCollection<ResourceKey> resources)
    {
        if (_shared is not null) TellOthers(_shared, resources);
        ChangedAll(resources);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _push.Diagnostics.Changed -= ChangedAll;
        _store.SourceProblemsChanged -= ReadKept;
        _shared?.End();
        _again?.Dispose();
        return _writer.DisposeAsync();
    }

    // The writer does so too when a status is due; but what is gone has none, and before others wait for this controller everything must have been said.
    private void TellOthers(SharedUses shared, IReadOnlyCollection<ResourceKey> resources)
    {
        foreach (var key in resources)
        {
            if (!_push.State.Resources.TryGetValue(key, out var resource)) shared.Forget(key);
            else if (StatusWriter.IsForProxies(key.Kind)) shared.Say(resource, _uses.UseOf(key));
        }

        if (!_ready) shared.SayReady();
        _ready = true;
    }

    /// <summary>Newer versions that cannot be read: the resources that are in force say so.</summary>
    private void ReadKept()
    {
        var kept = ImmutableDictionary.CreateBuilder<ResourceKey, string>();
        foreach (var problem in _store.SourceProblems)
        {
            foreach (var key in problem.Kept) kept[key] = $"{problem.Source}:{problem.Message}; until that is mended, what was there before stays in force";
        }

        var before = Interlocked.Exchange(ref _kept, kept.ToImmutable());
        ChangedAll([.. before.Keys.Union(kept.Keys)]);
    }

    private void ChangedAll(IReadOnlyCollection<ResourceKey> resources)
    {
        foreach (var key in resources) _writer.Changed(key);
    }
}
