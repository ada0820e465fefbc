using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Push;

/// <summary>Which services run at an address. Made when a proxy first asks, kept up to date from then on. Not safe for threads.</summary>
internal sealed class AddressIndex
{
    private Dictionary<string, HashSet<ServiceId>>? _services;

    /// <summary>The services at an address.</summary>
    public IReadOnlyCollection<ServiceId> Of(string address, MeshModel model)
    {
        if (_services is null)
        {
            _services = new(StringComparer.Ordinal);
            foreach (var (service, endpoints) in model.Endpoints) Add(service, endpoints);
        }

        return _services.TryGetValue(address, out var there) ? there : [];
    }

    /// <summary>Takes over that a service has other endpoints.</summary>
    public void Update(ServiceId service, EndpointSet? before, EndpointSet? after)
    {
        if (_services is null) return;
        foreach (var endpoint in before?.Endpoints ?? [])
            if (_services.TryGetValue(endpoint.Address, out var there) && there.Remove(service) && there.Count == 0)
                _services.Remove(endpoint.Address);
        if (after is not null) Add(service, after);
    }

    private void Add(ServiceId service, EndpointSet endpoints)
    {
        foreach (var endpoint in endpoints.Endpoints)
        {
            if (!_services!.TryGetValue(endpoint.Address, out var there)) _services[endpoint.Address] = there = new(1);
            there.Add(service);
        }
    }
}
