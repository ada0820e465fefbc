using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// The scopes of all connected proxies. A change is brought to those that it concerns, found by the hosts that they look at. Not safe for threads.
/// </summary>
internal sealed class ScopeTable(ITranslator translator, OutputCache cache, ILogger log)
{
    private readonly Dictionary<ScopeKey, Scope> _scopes = [];
    private readonly HostIndex _index = new();
    private readonly MemberBuilder _members = new(cache, translator, log);

    /// <summary>The protocols of the mesh.</summary>
    public ProtocolTable Protocols { get; private set; } = translator.Protocols([]);

    /// <summary>How many.</summary>
    public int Count => _scopes.Count;

    /// <summary>The scope of a proxy, built if it is the first of its kind.</summary>
    public Scope Get(ScopeKey key, MeshModel model)
    {
        if (_scopes.TryGetValue(key, out var scope)) return scope;
        _scopes[key] = scope = new(key, _members, _index);
        Build(scope, model);
        return scope;
    }

    /// <summary>Lets go of a scope that no proxy uses any more.</summary>
    public void Release(Scope scope)
    {
        if (scope.Proxies.Count > 0) return;
        scope.Close();
        _scopes.Remove(scope.Key);
    }

    /// <summary>Takes changes over; answers the scopes that may have changed.</summary>
    public IReadOnlyCollection<Scope> Update(MeshModel model, ModelChanges changes)
    {
        Forget(model, changes);
        var touched = new HashSet<Scope>();
        var protocolsChanged = Changed(changes, ResourceKinds.ApplicationProtocol);
        if (protocolsChanged) Protocols = translator.Protocols(model.OfKind(ResourceKinds.ApplicationProtocol, ""));
        foreach (var scope in _scopes.Values)
            if (protocolsChanged || changes.Wildcards || IsSelectedAnew(scope, model, changes))
            {
                Build(scope, model);
                touched.Add(scope);
            }

        UpdateHosts(model, changes, touched);
        UpdateEndpoints(model, changes, touched);
        return touched;
    }

    private void UpdateHosts(MeshModel model, ModelChanges changes, HashSet<Scope> touched)
    {
        if (changes.Hosts.Count == 0) return;
        var byScope = new Dictionary<Scope, List<string>>();
        foreach (var host in changes.Hosts)
        {
            foreach (var scope in _index.Of(host)) Add(scope, host);
            foreach (var scope in _scopes.Values)
                if (scope.Reach is { Patterns.IsEmpty: false } && scope.IsWithin(host, model))
                    Add(scope, host);
        }

        foreach (var (scope, hosts) in byScope)
        {
            scope.UpdateHosts(model, hosts);
            touched.Add(scope);
        }

        void Add(Scope scope, string host)
        {
            if (!byScope.TryGetValue(scope, out var hosts)) byScope[scope] = hosts = [];
            if (hosts.Count == 0 || hosts[^1] != host) hosts.Add(host);
        }
    }

    private void UpdateEndpoints(MeshModel model, ModelChanges changes, HashSet<Scope> touched)
    {
        foreach (var service in changes.Endpoints.Keys)
            foreach (var scope in _index.Of(service.Host))
            {
                if (!scope.Has(service)) continue;
                scope.UpdateEndpoints(model, service);
                touched.Add(scope);
            }
    }

    private void Build(Scope scope, MeshModel model)
    {
        var key = scope.Key;
        var client = new Client(key, Protocols, translator.PatchesFor(key, model));
        scope.Rebuild(model, client, key.Type == ProxyType.Router ? null : SidecarScope.Of(model, key.Namespace, key.Labels));
    }

    // Which resources decide about a scope as a whole: another Sidecar, other EnvoyFilters, other Gateways.
    private bool IsSelectedAnew(Scope scope, MeshModel model, ModelChanges changes)
    {
        foreach (var (kind, ns) in changes.Kinds)
        {
            if (kind == ResourceKinds.Gateway && scope.Key.Type == ProxyType.Router) return true;
            var concerned = ns == scope.Key.Namespace || ns == model.Options.RootNamespace;
            if (kind == ResourceKinds.EnvoyFilter && concerned && !ReferenceEquals(translator.PatchesFor(scope.Key, model), scope.Client.Patches)) return true;
            if (kind == ResourceKinds.Sidecar && concerned
                && !ReferenceEquals(SidecarScope.Select(model, scope.Key.Namespace, scope.Key.Labels), scope.Reach?.Sidecar)) return true;
        }

        return false;
    }

    private void Forget(MeshModel model, ModelChanges changes)
    {
        if (changes.Wildcards || changes.Kinds.Any(change => change.Kind == ResourceKinds.EnvoyFilter || change.Kind == ResourceKinds.ApplicationProtocol))
        {
            cache.Clear();
            return;
        }

        foreach (var host in changes.Hosts) cache.Prune(host, model.FindHost(host));
        foreach (var service in changes.Endpoints.Keys) cache.ForgetEndpoints(service);
    }

    private static bool Changed(ModelChanges changes, ResourceKind kind) => changes.Kinds.Any(change => change.Kind == kind);
}
