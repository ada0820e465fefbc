using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>
/// One endpoint for the name, whatever stands behind it: its address is the first of the last good answer and counts for new connections;
/// those that are open stay. For names that many machines share, such as load balancers, whose answers change all the time.
/// </summary>
internal sealed class LogicalDnsSource : DnsSource
{
    private readonly EndpointConfig _config;
    private readonly string _name;
    private Endpoint? _endpoint;
    private bool _arrived;

    public LogicalDnsSource(
        ClusterConfig cluster,
        Action<EndpointSet> changed,
        EndpointSource? previous,
        IResolver resolver,
        TimeProvider time)
        : base(cluster, changed, previous)
    {
        if (cluster.Endpoints.Length != 1)
        {
            throw new ArgumentException($"cluster '{cluster.Name}': logical DNS takes one name", nameof(cluster));
        }

        _config = cluster.Endpoints[0];
        _name = "";
        if (_config.Address is not DnsEndPoint host)
        {
            Begin([_config]);
            return;
        }

        _name = $"{host.Host}:{host.Port}";
        Add(new(host, cluster.DnsRefresh, resolver, time, answer => Take(host, answer)));
        if (previous is not LogicalDnsSource { _endpoint: { } known } former || former._name != _name) return;
        if (known.HashKey != (_config.HashKey ?? _name)) return;
        Adopt(known);
        Begin([known]);
    }

    private void Take(DnsEndPoint host, DnsAnswer answer)
    {
        if (Count(answer))
        {
            var address = new IPEndPoint(answer.Addresses[0], host.Port);
            lock (Gate)
            {
                if (_endpoint is null) Adopt(new(address, _config.Weight, _config.HashKey, _name));
                else if (!IsDisposed) _endpoint.Address = address;
                Publish([_endpoint!]);
            }
        }

        if (!_arrived) Arrived();
        _arrived = true;
    }

    private void Adopt(Endpoint endpoint)
    {
        EndpointReuse.Update(endpoint, _config);
        _endpoint = endpoint;
    }
}
