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

    /// <summary>Why it should get no requests, or fewer. Balancers ask <see cref="Availability"/> what that means for their set.</summary>
    public EndpointHealth Health { get; } = new();

    /// <summary>Takes no new requests, unless its set is in panic.</summary>
    public bool Unavailable => Health.IsUnavailable;
}

/// <summary>A loop's view of an endpoint; the loop's connection pool derives from it.</summary>
public class EndpointSlot(Endpoint endpoint)
{
    private readonly EndpointHealth _health = endpoint.Health;

    /// <summary>The endpoint.</summary>
    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>Requests in flight from this loop.</summary>
    public int Active { get; set; }

    /// <summary>Whether balancers pass it over at this moment.</summary>
    /// <param name="mask">The set's <see cref="Availability.Mask"/> at this pick.</param>
    /// <param name="random">The pick's random bits; renewed when they are used.</param>
    internal bool IsPassedOver(HealthFlags mask, ref ulong random) => _health.IsPassedOver(mask, ref random);

    /// <summary>The same without regard to slow start: what is left when everything else was passed over.</summary>
    internal bool IsPassedOver(HealthFlags mask) => _health.Has(mask & ~HealthFlags.Warming);
}
