using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Tests.Balancing.HostSets;

/// <summary>Endpoints by priority and place with the balancer of one loop. Names say both: <c>0/a/3</c> is the fourth of place a in priority 0.</summary>
internal sealed class Hosts
{
    private readonly List<(string Name, Endpoint Endpoint)> _named = [];
    private readonly Dictionary<EndpointSlot, string> _names = [];
    private ulong _random = 7;

    /// <summary>Adds endpoints that all have the same place.</summary>
    public Hosts Add(int count, uint priority = 0, string zone = "", uint weight = 0, uint each = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var address = new IPEndPoint(0x0A000000 + _named.Count, 80);
            _named.Add(($"{priority}/{zone}/{i}", new Endpoint(address, each) { Place = new(new("r", zone), priority, weight) }));
        }

        return this;
    }

    public Balancer Balancer { get; private set; } = null!;

    public EndpointSlot[] Slots { get; private set; } = [];

    public Hosts Build(BalancerConfig config, int overprovisioning = 140)
    {
        var set = new EndpointSet([.. _named.Select(named => named.Endpoint)], config, overprovisioning);
        Slots = [.. set.Endpoints.Select(endpoint => new EndpointSlot(endpoint))];
        for (var i = 0; i < Slots.Length; i++) _names[Slots[i]] = _named[i].Name;
        Balancer = BalancerFactory.Create(set, Slots, 11);
        return this;
    }

    /// <summary>Makes so many of the endpoints whose name begins so unavailable, and the others of them available.</summary>
    public void Fail(string prefix, int count, HealthFlags reason = HealthFlags.ToldDraining)
    {
        foreach (var (name, endpoint) in _named.Where(named => named.Name.StartsWith(prefix, StringComparison.Ordinal)))
            endpoint.Health.Set(reason, count-- > 0);
    }

    public string NameOf(EndpointSlot slot) => _names[slot];

    public ulong Random() => Bits.Next(ref _random);

    public string? Pick() => Balancer.Pick(new(0, false, Random())) is { } slot ? _names[slot] : null;

    public string? Pick(ulong hash) => Balancer.Pick(new(hash, true, Random())) is { } slot ? _names[slot] : null;

    /// <summary>Shares of what names begin with, such as <c>0/</c> or <c>0/a/</c>.</summary>
    public double[] Shares(int picks, params string[] prefixes)
    {
        var counts = new double[prefixes.Length];
        for (var i = 0; i < picks; i++)
        {
            var name = Pick()!;
            for (var p = 0; p < prefixes.Length; p++) counts[p] += name.StartsWith(prefixes[p], StringComparison.Ordinal) ? 1.0 / picks : 0;
        }

        return counts;
    }
}
