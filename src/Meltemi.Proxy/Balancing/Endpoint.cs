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
    private int _connections;

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

    /// <summary>What subsets are made by; null: nothing is said. As with places, balancers keep that of their set.</summary>
    internal LbMetadata? Metadata { get; set; }

    /// <summary>What consistent hashing places it by.</summary>
    public string HashKey { get; } = hashKey ?? name ?? address.ToString() ?? "";

    /// <summary>Where it is asked whether it is well; 0: at its own port.</summary>
    internal int HealthCheckPort { get; set; }

    /// <summary>Is not asked whether it is well.</summary>
    internal bool IsUnchecked { get; set; }

    /// <summary>Why it should get no requests, or fewer. Balancers ask <see cref="Availability"/> what that means for their set.</summary>
    public EndpointHealth Health { get; } = new();

    /// <summary>Takes no new requests, unless its set is in panic.</summary>
    public bool Unavailable => Health.IsUnavailable;

    /// <summary>Takes the place of a connection, if there are less than so many over all loops; 0: no bound.</summary>
    internal bool TryConnect(int most)
    {
        if (Interlocked.Increment(ref _connections) <= most || most <= 0) return true;
        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>Gives it back.</summary>
    internal void Disconnected() => Interlocked.Decrement(ref _connections);
}

/// <summary>A loop's view of an endpoint; the loop's connection pool derives from it.</summary>
public class EndpointSlot(Endpoint endpoint)
{
    private readonly EndpointHealth _health = endpoint.Health;
    private int _active;
    private GroupLoad[]? _loads;

    /// <summary>The endpoint.</summary>
    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>Requests in flight from this loop.</summary>
    public int Active
    {
        get => _active;
        set
        {
            if (_loads is not null) Tell(value - _active);
            _active = value;
        }
    }

    /// <summary>The loop's clock.</summary>
    public virtual long NowNanoseconds => 0;

    /// <summary>Its latencies; null: nobody wants to know.</summary>
    internal LatencyAverage? Latency { get; set; }

    /// <summary>Counts among the requests of a group from now on.</summary>
    internal void Join(GroupLoad load)
    {
        load.Active += _active;
        _loads = [.. _loads ?? [], load];
    }

    /// <summary>Its groups are no longer in use.</summary>
    internal void LeaveGroups() => _loads = null;

    private void Tell(int change)
    {
        foreach (var load in _loads!) load.Active += change;
    }

    /// <summary>Whether balancers pass it over at this moment.</summary>
    /// <param name="mask">The set's <see cref="Availability.Mask"/> at this pick.</param>
    /// <param name="random">The pick's random bits; renewed when they are used.</param>
    internal bool IsPassedOver(HealthFlags mask, ref ulong random) => _health.IsPassedOver(mask, ref random);

    /// <summary>The same without regard to slow start: what is left when everything else was passed over.</summary>
    internal bool IsPassedOver(HealthFlags mask) => _health.Has(mask & ~HealthFlags.Warming);
}
