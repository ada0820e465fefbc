using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>
/// Every address of every name is an endpoint, with the weight that stands beside the name. The order of an answer does not matter, so
/// servers that rotate it cause no changes. Hash keys do not apply: all addresses of the name would have the same.
/// </summary>
internal sealed class StrictDnsSource : DnsSource
{
    private readonly Name[] _names;

    public StrictDnsSource(
        ClusterConfig cluster,
        Action<EndpointSet> changed,
        EndpointSource? previous,
        IResolver resolver,
        TimeProvider time)
        : base(cluster, changed, previous)
    {
        // Names that were resolved for the former configuration need not wait for an answer.
        var former = (previous as StrictDnsSource)?._names ?? [];
        _names = [.. cluster.Endpoints.Select(endpoint => new Name(endpoint))];
        foreach (var name in _names)
        {
            if (name.Config.Address is not DnsEndPoint host) continue;
            name.Addresses = former.FirstOrDefault(old => host.Equals(old.Config.Address))?.Addresses ?? [];
            Add(new(host, cluster.DnsRefresh, resolver, time, answer => Take(name, answer)));
        }

        Begin(All());
    }

    private void Take(Name name, DnsAnswer answer)
    {
        if (Count(answer))
        {
            lock (Gate)
            {
                name.Addresses = [.. answer.Addresses.OrderBy(address => address.ToString(), StringComparer.Ordinal)];
                Publish(All());
            }
        }

        if (!name.Arrived) Arrived();
        name.Arrived = true;
    }

    private IEnumerable<EndpointConfig> All() => _names.SelectMany(name => name.Config.Address is DnsEndPoint host
        ? name.Addresses.Select(address => name.Config with { Address = new IPEndPoint(address, host.Port), HashKey = null })
        : [name.Config]);

    private sealed class Name(EndpointConfig config)
    {
        public EndpointConfig Config { get; } = config;

        public IPAddress[] Addresses { get; set; } = [];

        public bool Arrived { get; set; }
    }
}
