using Meltemi.ControlPlane.Services.Addresses;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>Sees to it that every service that needs an address has one.</summary>
internal sealed class ServiceAddresses(AddressAllocator allocator)
{
    private readonly HashSet<string> _holders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _evicted = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether a service needs an address: it has none, or none that can be listened on although the range is one that can. Wildcards, headless services
    /// and those whose traffic goes where the client wanted have no use for one.
    /// </summary>
    public static bool Needs(Service service, AddressRange range) =>
        service is { IsWildcard: false, IsHeadless: false, Resolution: not Resolution.None } && !service.Ports.IsEmpty
        && (service.Addresses.IsEmpty || (range.IsLoopback && !service.Addresses.Any(address => address.StartsWith("127.", StringComparison.Ordinal))));

    /// <summary>A service instead of another one: the addresses that it brings itself are not for others.</summary>
    public void Replace(Service? before, Service? after)
    {
        foreach (var address in after?.Addresses ?? [])
            if (allocator.Reserve(address) is { } evicted)
                _evicted.Add(evicted);
        foreach (var address in before?.Addresses ?? []) allocator.Unreserve(address);
    }

    /// <summary>These hosts have to get other addresses than they got, since another controller was faster.</summary>
    public void Lose(IEnumerable<string> hosts)
    {
        foreach (var host in hosts)
        {
            allocator.Lose(host);
            _evicted.Add(host);
        }
    }

    /// <summary>Gives and takes addresses, for hosts that changed.</summary>
    public void Settle(HostTable hosts, HashSet<string> changed)
    {
        // In the order of the names: of two hosts that want the same address always the same one gets it.
        foreach (var host in changed.Union(_evicted).Order(StringComparer.Ordinal).ToList()) hosts.Update(host, Settle, changed);
        _evicted.Clear();
    }

    private HostConfig Settle(HostConfig config)
    {
        var needed = config.Services.Any(service => Needs(service, allocator.Range));
        var address = needed ? allocator.Allocate(config.Host) : null;
        if (address is not null) _holders.Add(config.Host);
        else if (_holders.Remove(config.Host)) allocator.Release(config.Host);

        var services = config.Services;
        foreach (var service in config.Services)
        {
            var wanted = Needs(service, allocator.Range) ? address : null;
            if (service.AllocatedAddress != wanted) services = services.Replace(service, service with { AllocatedAddress = wanted });
        }

        return services == config.Services ? config : config with { Services = services };
    }
}
