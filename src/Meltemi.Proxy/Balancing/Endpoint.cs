using System.Net;

namespace Meltemi.Proxy.Balancing;

/// <summary>One address of a cluster, shared by all loops. A new set of endpoints keeps the objects of addresses that stay.</summary>
public sealed class Endpoint(EndPoint address, uint weight = 1, string? hashKey = null)
{
    private volatile bool _unavailable;

    /// <summary>Where to connect.</summary>
    public EndPoint Address { get; } = address;

    /// <summary>The address as text, for logs and metrics.</summary>
    public string Name { get; } = address.ToString() ?? "";

    /// <summary>Relative share, at least 1.</summary>
    public uint Weight { get; } = Math.Max(1, weight);

    /// <summary>What consistent hashing places it by.</summary>
    public string HashKey { get; } = hashKey ?? address.ToString() ?? "";

    /// <summary>Takes no new requests: unhealthy, or it said so itself (go-away). Balancers pass it over.</summary>
    public bool Unavailable
    {
        get => _unavailable;
        set => _unavailable = value;
    }
}

/// <summary>A loop's view of an endpoint; the loop's connection pool derives from it.</summary>
public class EndpointSlot(Endpoint endpoint)
{
    /// <summary>The endpoint.</summary>
    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>Requests in flight from this loop.</summary>
    public int Active { get; set; }
}
