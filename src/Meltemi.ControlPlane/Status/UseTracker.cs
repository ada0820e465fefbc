using System.Collections.Immutable;
using Meltemi.Resources;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Status;

/// <summary>
/// Knows for every resource which connected proxies were given something made from it, and which of them run by the newest of that.
/// <code>
///   proxy --published--> (type, name) --sources--> resources        what it should have
///   proxy --accepted---> (type, name, version)                      what it has
/// </code>
/// Costs what changes, not what there is. Members are safe from any thread and quick.
/// </summary>
/// <typeparam name="TProxy">A connection; the same proxy may have two of them for a moment.</typeparam>
public sealed class UseTracker<TProxy>(Func<TProxy, string> name, Action<ResourceKey> changed) where TProxy : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TProxy, Proxy> _proxies = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ResourceKey, Dictionary<Proxy, List<Given>>> _uses = [];

    /// <summary>A proxy was given <paramref name="after"/> in place of <paramref name="before"/>; null: nothing.</summary>
    public void Published(TProxy proxy, XdsResource? before, XdsResource? after)
    {
        lock (_gate)
        {
            if (!_proxies.TryGetValue(proxy, out var entry)) _proxies[proxy] = entry = new Proxy(name(proxy));
            var key = ((after ?? before)!.Type, (after ?? before)!.Name);
            if (entry.Given.Remove(key, out var old)) Drop(entry, old);
            if (after is null) return;
            var given = new Given(after) { Runs = entry.Holds(after) };
            entry.Given[key] = given;
            foreach (var source in Sources(after))
            {
                if (!_uses.TryGetValue(source, out var users)) _uses[source] = users = [];
                if (!users.TryGetValue(entry, out var all)) users[entry] = all = [];
                all.Add(given);
                changed(source);
            }
        }
    }

    /// <summary>A proxy accepted what it was sent of a type: it now holds these (name to version).</summary>
    public void Accepted(TProxy proxy, string type, IReadOnlyDictionary<string, string> held)
    {
        lock (_gate)
        {
            if (!_proxies.TryGetValue(proxy, out var entry)) return;
            entry.Held[type] = held;
            foreach (var given in entry.Given.Values)
            {
                if (given.Resource.Type != type) continue;
                var runs = entry.Holds(given.Resource);
                if (given.Runs == runs && given.Refusal is null) continue;
                given.Runs = runs;
                if (runs) given.Refusal = null;
                foreach (var source in Sources(given.Resource)) changed(source);
            }
        }
    }

    /// <summary>A proxy refused what it was sent of a type.</summary>
    public void Refused(TProxy proxy, string type, IReadOnlyDictionary<string, string> sent, string reason)
    {
        lock (_gate)
        {
            if (!_proxies.TryGetValue(proxy, out var entry)) return;
            foreach (var (name, version) in sent)
            {
                if (!entry.Given.TryGetValue((type, name), out var given) || given.Resource.Version != version || given.Runs) continue;
                given.Refusal = reason;
                foreach (var source in Sources(given.Resource)) changed(source);
            }
        }
    }

    /// <summary>A proxy left: it counts no longer.</summary>
    public void Disconnected(TProxy proxy)
    {
        lock (_gate)
        {
            if (!_proxies.Remove(proxy, out var entry)) return;
            foreach (var given in entry.Given.Values) Drop(entry, given);
        }
    }

    /// <summary>How far a resource got.</summary>
    public ProxyUse UseOf(ResourceKey resource)
    {
        lock (_gate)
        {
            if (!_uses.TryGetValue(resource, out var users)) return ProxyUse.None;
            var runs = 0;
            var refusals = ImmutableArray.CreateBuilder<Refusal>();
            foreach (var (proxy, all) in users)
            {
                if (all.TrueForAll(given => given.Runs)) runs++;
                else if (all.Find(given => given.Refusal is not null) is { } refused) refusals.Add(new(proxy.Id, refused.Refusal!));
            }

            return new(users.Count, runs, refusals.ToImmutable());
        }
    }

    private static IEnumerable<ResourceKey> Sources(XdsResource resource) => resource.Sources.OfType<ResourceKey>();

    private void Drop(Proxy proxy, Given given)
    {
        foreach (var source in Sources(given.Resource))
        {
            if (_uses.TryGetValue(source, out var users) && users.TryGetValue(proxy, out var all) && all.Remove(given) && all.Count == 0)
            {
                users.Remove(proxy);
                if (users.Count == 0) _uses.Remove(source);
            }

            changed(source);
        }
    }

    private sealed class Proxy(string id)
    {
        public string Id { get; } = id;

        public Dictionary<(string Type, string Name), Given> Given { get; } = [];

        public Dictionary<string, IReadOnlyDictionary<string, string>> Held { get; } = new(StringComparer.Ordinal);

        public bool Holds(XdsResource resource) =>
            Held.TryGetValue(resource.Type, out var held) && held.TryGetValue(resource.Name, out var version) && version == resource.Version;
    }

    private sealed class Given(XdsResource resource)
    {
        public XdsResource Resource { get; } = resource;

        public bool Runs { get; set; }

        public string? Refusal { get; set; }
    }
}
