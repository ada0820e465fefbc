using System.Net;

namespace Meltemi.Proxy.Balancing;

/// <summary>One address of a cluster, shared by all loops. A new set of endpoints keeps the objects of addresses that stay.</summary>
public sealed class Endpoint(EndPoint address, uint weight = 1, string? hashKey = null)
{
    private volatile EndPoint _address = address;
    private volatile bool _unavailable;

    /// <summary>Where to connect. Changes only for logical DNS: read it for each new connection.</summary>
    public EndPoint Address
    {
        get => _address;
        internal set => _address = value;
    }

    /// <summary>The address as text, for logs and metrics.</summary>
    public string Name { get; } = address.ToString() ?? "";

    /// <summary>Relative share, at least 1. When it changes, a new set of endpoints is published; balancers keep the weights of their set.</summary>
    public uint Weight { get; internal set; } = Math.Max(1, weight);

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
