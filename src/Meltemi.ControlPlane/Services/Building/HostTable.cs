using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>What is said about each host, while it is being changed.</summary>
internal sealed class HostTable(MeshOptions options)
{
    private readonly ImmutableDictionary<string, HostConfig>.Builder _hosts = ImmutableDictionary.CreateBuilder<string, HostConfig>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<string, ImmutableHashSet<string>>.Builder _ofNamespace =
        ImmutableDictionary.CreateBuilder<string, ImmutableHashSet<string>>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<string, ImmutableHashSet<string>>.Builder _ofAddress =
        ImmutableDictionary.CreateBuilder<string, ImmutableHashSet<string>>(StringComparer.Ordinal);

    private readonly HashSet<string> _wildcards = new(StringComparer.Ordinal);

    /// <summary>As it is now.</summary>
    public HostConfig? Find(string host) => _hosts.GetValueOrDefault(host);

    /// <summary>Files a resource under the hosts that it names, instead of what it was before.</summary>
    public void File(Resource? before, Resource? after, Func<Resource, IEnumerable<string>> hostsOf, Change change, HashSet<string> changed)
    {
        foreach (var host in HostsOf(before, hostsOf)) Update(host, config => change(config, before!.Key, null), changed);
        foreach (var host in HostsOf(after, hostsOf)) Update(host, config => change(config, after!.Key, after), changed);
    }

    /// <summary>Changes what is said about a host; nothing said takes it out.</summary>
    public void Update(string host, Func<HostConfig, HostConfig> change, HashSet<string> changed)
    {
        var before = _hosts.GetValueOrDefault(host);
        var after = change(before ?? new(host));
        if (ReferenceEquals(before, after)) return;
        changed.Add(host);
        var isWildcard = host.StartsWith('*');
        if (after.IsEmpty)
        {
            _hosts.Remove(host);
            if (isWildcard) _wildcards.Remove(host);
        }
        else
        {
            _hosts[host] = after;
            if (isWildcard) _wildcards.Add(host);
        }
    }

    /// <summary>A service came to a namespace.</summary>
    public void AddTo(ServiceId service) => Add(_ofNamespace, service.Namespace, service.Host);

    /// <summary>A service left a namespace.</summary>
    public void RemoveFrom(ServiceId service) => Remove(_ofNamespace, service.Namespace, service.Host);

    /// <summary>After services of a host came, changed or went: the addresses that they had, and which they bring now.</summary>
    public void Readdress(string host, IEnumerable<string> before)
    {
        var now = Find(host)?.Services.SelectMany(service => service.Addresses).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var address in before.Where(address => !now.Contains(address))) Remove(_ofAddress, address, host);
        foreach (var address in now) Add(_ofAddress, address, host);
    }

    /// <summary>All of it, immutable, into a model.</summary>
    public MeshModel WriteTo(MeshModel model, bool wildcardsChanged) => model with
    {
        Hosts = _hosts.ToImmutable(),
        HostsOfNamespace = _ofNamespace.ToImmutable(),
        HostsOfAddress = _ofAddress.ToImmutable(),
        Wildcards = wildcardsChanged
            ? [.. _wildcards.OrderByDescending(host => host.Length).ThenBy(host => host, StringComparer.Ordinal).Select(host => _hosts[host])]
            : model.Wildcards,
    };

    // A name without dots is filed as it is and as the core Service of the resource's namespace that it may mean: only one of them exists.
    private IEnumerable<string> HostsOf(Resource? resource, Func<Resource, IEnumerable<string>> hostsOf)
    {
        if (resource is null) yield break;
        foreach (var host in hostsOf(resource).Select(host => host.ToLowerInvariant()).Distinct(StringComparer.Ordinal))
        {
            yield return host;
            if (HostNames.IsShort(host)) yield return HostNames.Expand(host, resource.Key.Namespace, options);
        }
    }

    private static void Add(ImmutableDictionary<string, ImmutableHashSet<string>>.Builder index, string key, string host) =>
        index[key] = (index.GetValueOrDefault(key) ?? ImmutableHashSet.Create<string>(StringComparer.Ordinal)).Add(host);

    private static void Remove(ImmutableDictionary<string, ImmutableHashSet<string>>.Builder index, string key, string host)
    {
        if (!index.TryGetValue(key, out var hosts)) return;
        var left = hosts.Remove(host);
        if (left.IsEmpty) index.Remove(key);
        else index[key] = left;
    }

    /// <summary>Takes a resource out of a host (null) or puts it in.</summary>
    internal delegate HostConfig Change(HostConfig config, ResourceKey key, Resource? resource);
}
