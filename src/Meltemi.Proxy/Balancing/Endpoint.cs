using System.Net;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing;

/// <summary>One address of a cluster, shared by all loops. A new set of endpoints keeps the objects of addresses that stay.</summary>
/// <param name="address">Where to connect.</param>
/// <param name="weight">Relative share; 0 counts as 1.</param>
/// <param name="hashKey">What consistent hashing places it by; null: its name.</param>
/// <param name="name">Name for logs and metrics; null: the address.</param>
public sealed class Endpoint(EndPoint address, uint weight = 1, string? hashKey = null, string? name = null)
{
    private volatile EndPoint _address = address;
    private volatile bool _unhealthy;
    private int _goAways;

    /// <summary>Where to connect. Changes only for logical DNS: read it for each new connection.</summary>
    public EndPoint Address
    {
        get => _address;
        internal set => _address = value;
    }

    /// <summary>For logs and metrics: the address as text, or, of an endpoint of logical DNS, host and port.</summary>
    public string Name { get; } = name ?? address.ToString() ?? "";

    /// <summary>Relative share, at least 1. A change of it comes with a new set; balancers keep the weights of theirs.</summary>
    public uint Weight { get; internal set; } = Math.Max(1, weight);

    /// <summary>Where it stands, and its priority. A change of it comes with a new set; balancers keep the places of theirs.</summary>
    public PlaceConfig Place { get; internal set; } = PlaceConfig.Nowhere;

    /// <summary>What consistent hashing places it by.</summary>
    public string HashKey { get; } = hashKey ?? name ?? address.ToString() ?? "";

    /// <summary>What the configuration last said of its health; only a change of it is carried over to <see cref="Unavailable"/>.</summary>
    internal bool SaidUnhealthy { get; set; }

    /// <summary>Takes no new requests: unhealthy, or it said so itself (go-away). Balancers pass it over.</summary>
    public bool Unavailable
    {
        get => _unhealthy || Volatile.Read(ref _goAways) > 0;
        set
        {
            _unhealthy = value;
            Availability.Changed();
        }
    }

    /// <summary>A loop heard a go-away from it (+1), or found it back (-1).</summary>
    internal void GoAway(int change)
    {
        Interlocked.Add(ref _goAways, change);
        Availability.Changed();
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
