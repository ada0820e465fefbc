using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// Turns models into what each connected proxy sees. A change costs what it touches: only the proxies of scopes in which something really differs get a new
/// snapshot. Members are safe from any thread.
/// </summary>
internal sealed partial class Publisher
{
    private readonly Lock _gate = new();
    private readonly ITranslator _translator;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly OutputCache _cache;
    private readonly ScopeTable _scopes;
    private readonly AddressIndex _addresses = new();
    private readonly HashSet<ProxyView> _views = [];
    private ImmutableArray<ConnectedProxy> _proxies = [];
    private ImmutableArray<IPushObserver> _observers = [];
    private MeshModel _model = MeshModel.Empty;

    public Publisher(ITranslator translator, TimeProvider time, ILogger log)
    {
        (_translator, _time, _log) = (translator, time, log);
        _cache = new(translator);
        _scopes = new(translator, _cache, log);
    }

    /// <summary>The model in force.</summary>
    public MeshModel Model => Volatile.Read(ref _model);

    /// <summary>Who is connected.</summary>
    public ImmutableArray<ConnectedProxy> Proxies
    {
        get
        {
            lock (_gate)
            {
                if (_proxies.IsDefault) _proxies = [.. _views.Select(view => view.Proxy)];
                return _proxies;
            }
        }
    }

    /// <summary>Outputs made so far: what is shared or did not change is not made again.</summary>
    public long OutputsMade
    {
        get
        {
            lock (_gate) return _cache.Made;
        }
    }

    /// <summary>Adds somebody who is told everything from now on.</summary>
    public void Observe(IPushObserver observer)
    {
        lock (_gate) _observers = _observers.Add(observer);
    }

    /// <summary>Puts a model in force.</summary>
    public void Publish(MeshModel model, ModelChanges changes)
    {
        var notify = new List<ProxyView>();
        lock (_gate)
        {
            Volatile.Write(ref _model, model);
            foreach (var (service, before) in changes.Endpoints) _addresses.Update(service, before, model.FindEndpoints(service));
            foreach (var scope in _scopes.Update(model, changes)) Republish(scope, notify);
            foreach (var view in OwnConcern.Of(_views, changes, model)) RefreshOwn(view, notify);
            foreach (var view in _views)
                if (view.Proxy.Current is NamedSnapshot snapshot && snapshot.Concerned(changes))
                {
                    view.Proxy.Publish(Named(view, snapshot, changes));
                    notify.Add(view);
                }
        }

        foreach (var view in notify) view.Notify();
    }

    /// <summary>Tells that everything was found out about resources.</summary>
    public void TellTranslated(IReadOnlyCollection<ResourceKey> resources)
    {
        foreach (var observer in _observers) observer.Translated(resources);
    }

    /// <summary>A client came.</summary>
    public ProxyView Open(ProxyNode node, Action changed)
    {
        lock (_gate)
        {
            var view = new ProxyView(new(node, _time.GetUtcNow()), this, changed);
            _views.Add(view);
            _proxies = default;
            foreach (var observer in _observers) observer.Connected(view.Proxy);
            if (node.IsGrpc)
            {
                view.Proxy.Publish(Named(view, null, null));
                return view;
            }

            view.Scope = _scopes.Get(ScopeKey.Of(node), _model);
            view.Scope.Proxies.Add(view);
            if (Check(view.Scope)) view.Scope.TakeChanges();
            view.Own = BuildOwn(view, []);
            SetSnapshot(view);
            var all = view.Shared.All.Concat(view.Own.Sets.All).Select(resource => new ResourceChange(null, resource)).ToList();
            foreach (var observer in _observers) observer.Published(view.Proxy, all);
            return view;
        }
    }

    /// <summary>A client left.</summary>
    public void Close(ProxyView view)
    {
        lock (_gate)
        {
            if (!_views.Remove(view)) return;
            _proxies = default;
            if (view.Scope is { } scope)
            {
                scope.Proxies.Remove(view);
                _scopes.Release(scope);
            }

            foreach (var observer in _observers) observer.Disconnected(view.Proxy);
        }
    }

    /// <summary>A client accepted.</summary>
    public void Accepted(ProxyView view, string type, IReadOnlyDictionary<string, string> held)
    {
        var now = _time.GetUtcNow();
        view.Proxy.Said(type, before => before with { Held = held, AcceptedAt = now, Refusal = null });
        foreach (var observer in _observers) observer.Accepted(view.Proxy, type, held);
    }

    /// <summary>A client refused.</summary>
    public void Refused(ProxyView view, string type, IReadOnlyDictionary<string, string> sent, string reason)
    {
        var now = _time.GetUtcNow();
        view.Proxy.Said(type, before => before with { Refusal = reason, RefusedAt = now });
        foreach (var observer in _observers) observer.Refused(view.Proxy, type, sent, reason);
    }

    private void Republish(Scope scope, List<ProxyView> notify)
    {
        if (!scope.HasChanges || !Check(scope)) return;
        var changes = scope.TakeChanges();
        foreach (var view in scope.Proxies)
        {
            SetSnapshot(view);
            notify.Add(view);
            foreach (var observer in _observers) observer.Published(view.Proxy, changes);
        }
    }

    // A broken reference is a mistake of ours: proxies keep what they have, and the log says what to repair.
    private bool Check(Scope scope)
    {
        if (ReferenceEquals(scope.Sets, scope.Served)) return true;
        if (!scope.OnlyEndpointsDiffer && scope.BrokenReferences().FirstOrDefault() is { } broken)
        {
            LogBroken(_log, $"{scope.Key.Type} in {scope.Key.Namespace} with {scope.Key.Labels}", broken);
            return false;
        }

        scope.Serve();
        return true;
    }

    private void SetSnapshot(ProxyView view)
    {
        var (shared, own) = (view.Scope!.Served, view.Own.Sets);
        var sets = view.Proxy.Current is ProxySnapshot last
            ? ResourceSets.Union(shared, own, view.Shared, view.OwnServed, last.Sets)
            : ResourceSets.Union(shared, own);
        (view.Shared, view.OwnServed) = (shared, own);
        view.Proxy.Publish(new ProxySnapshot(sets, _model.Revision));
    }

    private void RefreshOwn(ProxyView view, List<ProxyView> notify)
    {
        var changes = new List<ResourceChange>();
        view.Own = BuildOwn(view, changes);
        if (changes.Count == 0) return;
        SetSnapshot(view);
        notify.Add(view);
        foreach (var observer in _observers) observer.Published(view.Proxy, changes);
    }

    private OwnResources BuildOwn(ProxyView view, List<ResourceChange> changes)
    {
        var node = view.Proxy.Node;
        if (!OwnConcern.HasOwn(view) && view.Own.Sets.IsEmpty) return OwnResources.None;
        var services = OwnConcern.HasOwn(view) ? _addresses.Of(node.Address, _model) : [];
        return OwnResources.Build(node, view.Scope!, services, _model, _translator, view.Own, changes);
    }

    private NamedSnapshot Named(ProxyView view, NamedSnapshot? before, ModelChanges? changes) =>
        new(_model, view.Proxy.Node, _translator, before, changes, change =>
        {
            foreach (var observer in _observers) observer.Published(view.Proxy, [change]);
        });

    [LoggerMessage(Level = LogLevel.Error, Message = "nothing is sent to proxies of {Scope}: {Broken}; this is a mistake in the control plane, please report it")]
    private static partial void LogBroken(ILogger log, string scope, string broken);
}
