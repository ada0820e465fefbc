using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>
/// The listeners, from the file and from control planes (LDS). A new version first gets hold of its addresses, then waits for what it needs, then
/// takes the place of the old one, which serves until then:
/// <code>
///   received -> translated -> addresses reserved -> routes, clusters -> in force
///        |           |                 | (tried again                (deadline: with
///        +---------- refused ----------+  at the next push)           what is there)
/// </code>
/// </summary>
internal sealed class ListenerResources(
    DataPlane plane, ResourceTranslator translator, SourceTable sources, RouteResources routes, IClusterView clusters, WaitingList waitingList,
    ISerialQueue queue, Log log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ErrorTable _errors = new();

    // Refused because of their addresses, which may become free.
    private readonly Dictionary<string, XdsResource> _addressTaken = new(StringComparer.Ordinal);

    public int Active => _entries.Values.Count(entry => entry.InForce is not null);

    public int Warming => _entries.Values.Count(entry => entry.Next is not null);

    /// <summary>Whether a listener has never been in force yet, and waits.</summary>
    public bool IsAnyNewWarming => _entries.Values.Any(entry => entry is { InForce: null, Next: not null });

    public ResourceCounts Counts { get; } = new();

    /// <summary>Listeners whose addresses could not be listened on.</summary>
    public long CreateFailures { get; private set; }

    /// <summary>What there is to tell of each from a control plane.</summary>
    public IEnumerable<ResourceStatus> Status => _errors.AddTo(XdsTypes.Listener, _entries.Where(entry => entry.Value.Newest?.Origin is not null).Select(
        entry => new ResourceStatus(XdsTypes.Listener, entry.Key, entry.Value.InForce?.Resource, entry.Value.Next?.Resource, _errors.Of(entry.Key))));

    /// <summary>A listener came from a control plane; the answer is why it cannot be used.</summary>
    public XdsRejection? Receive(Source source, XdsResource resource)
    {
        var now = queue.Time.GetUtcNow();
        _addressTaken.Remove(resource.Name);
        var (config, reason) = translator.Listener(resource);
        if (_entries.TryGetValue(resource.Name, out var known) && known.Newest is { Origin: null })
            reason = "the proxy's own configuration has a listener of this name";
        if (reason is null && (reason = Upsert(config!, source, new ReceivedResource(resource, now))) is not null) _addressTaken[resource.Name] = resource;
        if (reason is not null) return _errors.Add(new(resource, now, reason));
        _errors.Remove(resource.Name);
        return null;
    }

    /// <summary>Tries again those whose addresses were taken, but for the ones that a push brings or removes anyway.</summary>
    public void RetryTaken(Source source, XdsUpdate update)
    {
        foreach (var name in update.Removed.Concat(update.Changed.Select(resource => resource.Name))) _addressTaken.Remove(name);
        foreach (var resource in _addressTaken.Values.ToArray())
        {
            if (Receive(source, resource) is not null) continue;
            log.Info($"listener '{resource.Name}': its address is free now");
            source.Client.Accept(resource);
        }
    }

    /// <summary>Takes over a listener; the answer is why that is not possible.</summary>
    /// <param name="origin">Null: the file.</param>
    public string? Upsert(ListenerConfig config, Source? origin, ReceivedResource? resource)
    {
        var entry = _entries.GetValueOrDefault(config.Name);
        if (resource is not null && entry?.InForce?.Resource?.Resource.Body == resource.Resource.Body)
        {
            // Back to what is in force: what was to replace it is off.
            Drop(entry!.Next);
            entry.Next = null;
            return null;
        }

        var version = new ListenerVersion(config, origin, resource);
        version.Reservation = plane.ReserveAddresses(config, out var problem);
        if (problem is not null)
        {
            CreateFailures++;
            return problem;
        }

        if (entry is null) _entries[config.Name] = entry = new Entry();
        Prepare(entry, version);
        return TryActivate(entry, version);
    }

    /// <summary>A listener is gone: it accepts no more, its connections finish their work.</summary>
    /// <param name="origin">Who says so; only who gave it can take it back.</param>
    public void Remove(string name, Source? origin)
    {
        _errors.Remove(name);
        _addressTaken.Remove(name);
        if (!_entries.TryGetValue(name, out var entry) || entry.Newest?.Origin != origin) return;
        _entries.Remove(name);
        Counts.Removed++;
        Drop(entry.Next);
        if (entry.InForce is null) return;
        plane.RemoveListener(name);
        Drop(entry.InForce);
    }

    /// <summary>Routes came into force: listeners that run by them get them, those that waited for them look again.</summary>
    public void RoutesInForce(RouteTableState table)
    {
        foreach (var version in table.Users)
        {
            if (!_entries.TryGetValue(version.Name, out var entry) || entry.InForce != version) continue;
            foreach (var (chain, routes) in version.Routes)
            {
                if (routes == table) plane.SetRoutes(version.Name, table.Table!, chain);
            }
        }
    }

    private void Prepare(Entry entry, ListenerVersion version)
    {
        var before = entry.Next;
        entry.Next = version;
        var timeouts = new List<TimeSpan>();
        foreach (var (chain, config) in version.Config.AllChains())
        {
            if (config is not ProtocolChainConfig { RouteSource: { } from }) continue;
            version.Routes[chain] = routes.Use(sources.Find(from.Source, version.Origin, XdsTypes.Route), from.Name, version);
            timeouts.Add(from.Source.InitialFetchTimeout);
        }

        if (timeouts.Count == 0) timeouts.Add(Patience);
        version.DeadlineAt = timeouts.Min() > TimeSpan.Zero ? queue.Time.GetUtcNow() + timeouts.Max() : null;

        // A listener that keeps changing before it ever served does not get more time with every change.
        if (entry.InForce is null && before?.DeadlineAt < version.DeadlineAt) version.DeadlineAt = before!.DeadlineAt;
        Drop(before);
    }

    private string? TryActivate(Entry entry, ListenerVersion version)
    {
        if (!version.IsWaiting(clusters)) return Activate(entry, version);
        version.OnRecheck = () =>
        {
            if (entry.Next == version && !version.IsWaiting(clusters)) ActivateLate(entry, version);
        };
        waitingList.Add(version);
        if (version.DeadlineAt is { } deadline) version.Deadline = queue.After(deadline - queue.Time.GetUtcNow(), () => GiveUp(entry, version));
        return null;
    }

    private void GiveUp(Entry entry, ListenerVersion version)
    {
        if (entry.Next != version) return;
        var table = version.Routes.Values.FirstOrDefault(table => table is { Table: null, WarmingResource: null });
        var missing = table is not null ? $"its routes '{table.Name}'" : "clusters that its routes name";
        log.Warning($"listener '{version.Name}' waited in vain for {missing}; it serves with what is there");
        foreach (var waiting in version.Routes.Values) waiting.Force();
        ActivateLate(entry, version);
    }

    private void ActivateLate(Entry entry, ListenerVersion version)
    {
        if (entry.Next != version || Activate(entry, version) is not { } problem) return;
        log.Error(problem);
        if (version.Resource is { } resource) _ = _errors.Add(new(resource.Resource, queue.Time.GetUtcNow(), problem));
    }

    private string? Activate(Entry entry, ListenerVersion version)
    {
        waitingList.Remove(version);
        entry.Next = null;
        if (plane.UpsertListener(version.Complete) is { } problem)
        {
            CreateFailures++;
            Drop(version);
            if (entry.InForce is null) _entries.Remove(version.Name);
            return problem;
        }

        if (entry.InForce is null)
        {
            Counts.Added++;
            log.Info($"listener {version.Name} on {string.Join(", ", plane.FindListener(version.Name)?.Addresses ?? [])}");
        }
        else
        {
            Counts.Modified++;
        }

        version.StopWaiting();
        Drop(entry.InForce);
        entry.InForce = version;
        waitingList.Changed();
        return null;
    }

    private void Drop(ListenerVersion? version)
    {
        if (version is null) return;
        version.StopWaiting();
        waitingList.Remove(version);
        foreach (var table in version.Routes.Values) routes.Release(table, version);
    }

    private sealed class Entry
    {
        public ListenerVersion? InForce { get; set; }

        public ListenerVersion? Next { get; set; }

        public ListenerVersion? Newest => Next ?? InForce;
    }
}
