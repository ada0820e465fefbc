using System.Collections.Concurrent;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters.RateLimits.Global;

/// <summary>The rate limit services that configurations name, shared by all listeners and loops. As many as were ever named.</summary>
internal sealed class RateLimitServices(ClusterTable clusters, MetricRegistry metrics)
{
    private readonly ConcurrentDictionary<RateLimitServerConfig, RateLimitClient> _clients = new();
    private readonly ConcurrentDictionary<string, GlobalLimitStats> _stats = new(StringComparer.Ordinal);

    /// <summary>The client of a service.</summary>
    public RateLimitClient Client(RateLimitServerConfig server) => _clients.GetOrAdd(server, Make);

    /// <summary>The figures of a service.</summary>
    public GlobalLimitStats Stats(RateLimitServerConfig server) => _stats.GetOrAdd(server.Name, name => new GlobalLimitStats(metrics, name));

    private RateLimitClient Make(RateLimitServerConfig server)
    {
        var client = server.Cluster is { } name
            ? new RateLimitClient(() => RateLimitClient.AddressesOf(clusters.Find(name)))
            : new RateLimitClient(() => [server.Address!]);
        _ = Task.Run(client.WarmUpAsync);
        return client;
    }
}
