using System.Collections.Immutable;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>
/// Turns configured endpoints into endpoint objects, with the objects of addresses that stay: connections and figures hang on them. An
/// address that is named twice counts once, as first named.
/// </summary>
internal static class EndpointReuse
{
    public static ImmutableArray<Endpoint> Take(IEnumerable<EndpointConfig> found, EndpointSet known, int most, out int dropped)
    {
        var old = new Dictionary<(string, string), Endpoint>();
        foreach (var endpoint in known.Endpoints) old[(endpoint.Name, endpoint.HashKey)] = endpoint;

        var taken = ImmutableArray.CreateBuilder<Endpoint>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        dropped = 0;
        foreach (var config in found)
        {
            var fresh = new Endpoint(config.Address, config.Weight, config.HashKey);
            if (!names.Add(fresh.Name)) continue;
            if (taken.Count == most)
            {
                dropped++;
                continue;
            }

            var endpoint = old.GetValueOrDefault((fresh.Name, fresh.HashKey), fresh);
            Update(endpoint, config);
            taken.Add(endpoint);
        }

        return taken.ToImmutable();
    }

    /// <summary>What the configuration says of an endpoint that is or stays in use.</summary>
    public static void Update(Endpoint endpoint, EndpointConfig config)
    {
        endpoint.Weight = Math.Max(1, config.Weight);
        endpoint.Place = config.Place;
        endpoint.Metadata = config.Metadata;
        endpoint.HealthCheckPort = config.HealthCheckPort;
        endpoint.IsUnchecked = config.IsUnchecked;
        endpoint.Health.Set(HealthFlags.ToldUnhealthy, config.Unhealthy);
        endpoint.Health.Set(HealthFlags.ToldDraining, config.Draining);
    }
}
