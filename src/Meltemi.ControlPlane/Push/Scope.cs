using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.Xds.Server;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// What all proxies of one kind get: the hosts within their reach, and the clusters that routes lead to beyond it. Kept up to date host by host; the sets of
/// resources change only where something differs. Not safe for threads.
/// </summary>
internal sealed class Scope
{
    // No hosts: the one member of a gateway, what EnvoyFilters add, and what depends on a host only because it is listed by name.
    private const string GatewayMember = "(gateway)";
    private const string AddedMember = "(added)";
    private const string Listed = "(listed)";

    private readonly MemberBuilder _builder;
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Member> _referred = new(StringComparer.Ordinal);
    private readonly Dependents _dependents;
    private readonly Needs _needs = new();
    private readonly ListenerOwners _listeners = new();
    private List<ResourceChange> _changes = [];
    private int _zoneAware;

    public Scope(ScopeKey key, MemberBuilder builder, HostIndex index)
    {
        Key = key;
        _builder = builder;
        _dependents = new(this, index);
    }

    /// <summary>Whose it is.</summary>
    public ScopeKey Key { get; }

    /// <summary>The kind of client.</summary>
    public Client Client { get; private set; } = null!;

    /// <summary>What the clients may reach; null: not built yet, or a gateway.</summary>
    public SidecarScope? Reach { get; private set; }

    /// <summary>The proxies that get it.</summary>
    public HashSet<ProxyView> Proxies { get; } = [];

    /// <summary>The resources after the last update, right or not.</summary>
    public ResourceSets Sets { get; private set; } = ResourceSets.Empty;

    /// <summary>The last sets that were right: what the proxies get.</summary>
    public ResourceSets Served { get; private set; } = ResourceSets.Empty;

    /// <summary>Whether a service is balanced so that its clients need to know where their like stand.</summary>
    public bool WantsPeers => _zoneAware > 0;

    /// <summary>Between <see cref="Sets"/> and <see cref="Served"/> only endpoints differ, with the same names: no reference can have broken.</summary>
    public bool OnlyEndpointsDiffer =>
        ReferenceEquals(Sets.Clusters, Served.Clusters) && ReferenceEquals(Sets.Listeners, Served.Listeners)
        && ReferenceEquals(Sets.Routes, Served.Routes) && Sets.Endpoints.Count == Served.Endpoints.Count;

    /// <summary>The sets are right: the proxies get them.</summary>
    public void Serve() => Served = Sets;

    /// <summary>Whether <see cref="TakeChanges"/> has something.</summary>
    public bool HasChanges => _changes.Count > 0;

    /// <summary>What changed in <see cref="Sets"/> since this was last asked.</summary>
    public IReadOnlyList<ResourceChange> TakeChanges()
    {
        var changes = _changes;
        _changes = [];
        return changes;
    }

    /// <summary>Builds everything anew, because what the clients may reach or how all is translated has changed.</summary>
    public void Rebuild(MeshModel model, Client client, SidecarScope? reach)
    {
        foreach (var host in Reach?.Exact ?? []) _dependents.Remove(host.Host, Listed);
        (Client, Reach) = (client, reach);
        foreach (var host in Reach?.Exact ?? []) _dependents.Add(host.Host, Listed);
        var hosts = reach is null ? [GatewayMember] : HostsWithin(model, reach);
        hosts.Add(AddedMember);
        hosts.UnionWith(_members.Keys);
        Update(model, hosts, _referred.Keys.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Takes over that hosts are others now.</summary>
    public void UpdateHosts(MeshModel model, IEnumerable<string> changed)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        var referred = new HashSet<string>(StringComparer.Ordinal);
        foreach (var host in changed)
        {
            members.UnionWith(_dependents.Of(host));
            if (IsWithin(host, model)) members.Add(host);
            if (_referred.ContainsKey(host)) referred.Add(host);
        }

        members.Remove(Listed);
        referred.UnionWith(members.Where(_referred.ContainsKey));
        members.RemoveWhere(host => _referred.ContainsKey(host) && !_members.ContainsKey(host) && !IsWithin(host, model));
        Update(model, members, referred);
    }

    /// <summary>Takes over that a service has other endpoints.</summary>
    public void UpdateEndpoints(MeshModel model, ServiceId service)
    {
        var edits = new ResourceEdits();
        UpdateEndpoints(_members, model, service, edits);
        UpdateEndpoints(_referred, model, service, edits);
        Sets = edits.Apply(Sets, _changes);
    }

    /// <summary>Whether a service is one that the scope has.</summary>
    public bool Has(ServiceId service) =>
        (_members.TryGetValue(service.Host, out var member) && member.Service?.Id == service)
        || (_referred.TryGetValue(service.Host, out var referred) && referred.Service?.Id == service);

    /// <summary>Whether a host has a service that the clients may reach.</summary>
    public bool IsWithin(string host, MeshModel model) =>
        Reach is not null && model.FindHost(host) is { } config && config.Services.Any(service => Reach.Covers(service.Id));

    /// <summary>What is wrong with the references between the resources: must be nothing, ever.</summary>
    public IEnumerable<string> BrokenReferences()
    {
        foreach (var cluster in _needs.All)
            if (Sets.Clusters.Find(cluster.Name) is null && !IsPatchedAway(cluster.Name))
                yield return $"a route or listener names the cluster '{cluster.Name}', which is not there";
        foreach (var member in _members.Values.Concat(_referred.Values))
        {
            foreach (var route in member.Listeners.RouteNames)
                if (Sets.Routes.Find(route) is null)
                    yield return $"a listener of '{member.Host}' names the routes '{route}', which are not there";
            if (member.Service is null || !ServiceClusters.UsesEds(member.Service)) continue;
            foreach (var cluster in member.Clusters.Resources)
                if (Sets.Endpoints.Find(cluster.Name) is null)
                    yield return $"the cluster '{cluster.Name}' has no endpoints resource";
        }
    }

    // Who removes a cluster by an EnvoyFilter wants its requests to be refused.
    private bool IsPatchedAway(string cluster) =>
        Client.Patches?.Removes(Key.Type == ProxyType.Router ? PatchContext.Gateway : PatchContext.SidecarOutbound, cluster) == true;

    /// <summary>Lets go of all that others keep for it.</summary>
    public void Close() => _dependents.Clear();

    private static HashSet<string> HostsWithin(MeshModel model, SidecarScope reach)
    {
        var hosts = reach.Exact.Select(host => host.Host).ToHashSet(StringComparer.Ordinal);
        foreach (var pattern in reach.Patterns)
        {
            IEnumerable<string> candidates = pattern.Namespace == "*" ? model.Hosts.Keys : model.HostsOfNamespace.GetValueOrDefault(pattern.Namespace) ?? [];
            hosts.UnionWith(candidates.Where(host => HostNames.Matches(pattern.Host, host)));
        }

        return hosts;
    }

    private void Update(MeshModel model, HashSet<string> members, HashSet<string> referred)
    {
        var edits = new ResourceEdits();
        foreach (var host in members)
        {
            if (_builder.TryMake(host, () => Make(host, model), out var after)) Replace(_members, host, after, edits, referred);
        }

        // A host is either within reach or referred to; what its routes need may have changed with any of the above.
        foreach (var host in referred)
        {
            var names = _members.ContainsKey(host) ? [] : _needs.NamesOf(host);
            if (_builder.TryMake(host, () => names.Count == 0 ? null : _builder.Referred(host, model, names, Client), out var after))
                Replace(_referred, host, after, edits, []);
        }

        _listeners.Decide(edits);
        Sets = edits.Apply(Sets, _changes);
    }

    private Member? Make(string host, MeshModel model) => host switch
    {
        AddedMember => _builder.Added(host, model, Client),
        GatewayMember when Reach is null => _builder.Gateway(host, model, Client),
        _ => Reach is null ? null : _builder.Reachable(host, model, Reach, Client),
    };

    private void Replace(Dictionary<string, Member> table, string host, Member? after, ResourceEdits edits, HashSet<string> touched)
    {
        if (table.Remove(host, out var before))
        {
            // On its way from one table to the other a host is in both for a moment.
            var kept = (ReferenceEquals(table, _members) ? _referred : _members).GetValueOrDefault(host)?.Seen.Hosts ?? [];
            foreach (var seen in before.Seen.Hosts.Except(kept)) _dependents.Remove(seen, host);
            if (BalancerAnnotations.ZoneAwareFrom(before.Rule) is not null) _zoneAware--;
            _needs.Count(before.Listeners.Needs, -1, touched);
            _needs.Count(before.Routes.Needs, -1, touched);
            foreach (var resource in before.Clusters.Resources) edits.Remove(resource);
            foreach (var resource in before.Endpoints.Resources) edits.Remove(resource);
            foreach (var resource in before.Routes.Resources) edits.Remove(resource);
            _listeners.Remove(before, edits);
            touched.Add(host);
        }

        if (after is null) return;
        table[host] = after;
        touched.Add(host);
        foreach (var seen in after.Seen.Hosts) _dependents.Add(seen, host);
        if (BalancerAnnotations.ZoneAwareFrom(after.Rule) is not null) _zoneAware++;
        _needs.Count(after.Listeners.Needs, 1, touched);
        _needs.Count(after.Routes.Needs, 1, touched);
        foreach (var resource in after.Clusters.Resources) edits.Set(resource);
        foreach (var resource in after.Endpoints.Resources) edits.Set(resource);
        foreach (var resource in after.Routes.Resources) edits.Set(resource);
        _listeners.Add(after);
    }

    private void UpdateEndpoints(Dictionary<string, Member> table, MeshModel model, ServiceId service, ResourceEdits edits)
    {
        if (!table.TryGetValue(service.Host, out var before) || before.Service?.Id != service) return;
        var after = table[service.Host] = _builder.WithEndpoints(before, model.FindEndpoints(service), Client);
        foreach (var resource in after.Endpoints.Resources) edits.Set(resource);
        foreach (var resource in after.Clusters.Resources) edits.Set(resource);
    }
}
