using Envoy.Config.Cluster.V3;
using Meltemi.Resources.Istio;
using Hash = Meltemi.Resources.Istio.LoadBalancerSettings.Types.ConsistentHashLB;
using Simple = Meltemi.Resources.Istio.LoadBalancerSettings.Types.SimpleLB;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>How an endpoint is chosen. What the hash is made of stands in the routes.</summary>
internal static class Balancers
{
    // Istio's default.
    private const ulong RingSize = 1024;

    /// <summary>Sets the balancer; without settings the one with the fewest requests.</summary>
    public static void Apply(LoadBalancerSettings? settings, Cluster cluster)
    {
        // Only then: dividing endpoints by place keeps the algorithm from comparing them all.
        if (settings?.LocalityLbSetting is { Enabled: not false, Distribute.Count: > 0 })
            cluster.CommonLbConfig = new() { LocalityWeightedLbConfig = new() };
        if (settings?.ConsistentHash is { } hash)
        {
            ApplyHash(hash, cluster);
            return;
        }

        cluster.LbPolicy = settings?.Simple switch
        {
            Simple.Random => Cluster.Types.LbPolicy.Random,
            Simple.RoundRobin => Cluster.Types.LbPolicy.RoundRobin,
            _ => Cluster.Types.LbPolicy.LeastRequest,
        };
    }

    private static void ApplyHash(Hash hash, Cluster cluster)
    {
        if (hash.HashAlgorithmCase == Hash.HashAlgorithmOneofCase.Maglev)
        {
            cluster.LbPolicy = Cluster.Types.LbPolicy.Maglev;
            if (hash.Maglev.TableSize > 0) cluster.MaglevLbConfig = new() { TableSize = hash.Maglev.TableSize };
            return;
        }

        var size = hash.RingHash?.MinimumRingSize is { } given and > 0 ? given : hash.MinimumRingSize;
        cluster.LbPolicy = Cluster.Types.LbPolicy.RingHash;
        cluster.RingHashLbConfig = new() { MinimumRingSize = size > 0 ? size : RingSize };
    }
}
