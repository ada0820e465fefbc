using Envoy.Config.Cluster.V3;
using Envoy.Extensions.LoadBalancingPolicies.LeastRequest.V3;
using Envoy.Extensions.LoadBalancingPolicies.PeakEwma.V3Alpha;
using Envoy.Extensions.LoadBalancingPolicies.WrrLocality.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Hash = Meltemi.Resources.Istio.LoadBalancerSettings.Types.ConsistentHashLB;
using Simple = Meltemi.Resources.Istio.LoadBalancerSettings.Types.SimpleLB;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>How an endpoint is chosen. What the hash is made of stands in the routes.</summary>
internal static class Balancers
{
    // Istio's default.
    private const ulong RingSize = 1024;

    private const string Policies = "envoy.load_balancing_policies.";

    /// <summary>Whether clients say themselves where they go, by the address that they connected to.</summary>
    public static bool IsPassthrough(LoadBalancerSettings? settings) =>
        settings is { LbPolicyCase: LoadBalancerSettings.LbPolicyOneofCase.Simple, Simple: Simple.Passthrough };

    /// <summary>Sets the balancer; without settings the one with the fewest requests.</summary>
    /// <param name="settings">What the rule says for the port; null: nothing.</param>
    /// <param name="rule">The rule, for its annotations; null: there is none.</param>
    /// <param name="cluster">Gets it.</param>
    public static void Apply(LoadBalancerSettings? settings, Resource? rule, Cluster cluster)
    {
        if (IsPassthrough(settings))
        {
            cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
            return;
        }

        // Only then: dividing endpoints by place keeps the algorithm from comparing them all.
        if (settings?.LocalityLbSetting is { Enabled: not false, Distribute.Count: > 0 })
            cluster.CommonLbConfig = new() { LocalityWeightedLbConfig = new() };
        if (settings?.ConsistentHash is { } hash)
        {
            ApplyHash(hash, cluster);
            if (BalancerAnnotations.FactorOf(rule) is { } factor)
                (cluster.CommonLbConfig ??= new()).ConsistentHashingLbConfig = new() { HashBalanceFactor = factor };
            return;
        }

        cluster.LbPolicy = settings?.Simple switch
        {
            Simple.Random => Cluster.Types.LbPolicy.Random,
            Simple.RoundRobin => Cluster.Types.LbPolicy.RoundRobin,
            _ => Cluster.Types.LbPolicy.LeastRequest,
        };
        SlowStarts.Apply(settings, cluster);
        if (cluster.LbPolicy == Cluster.Types.LbPolicy.LeastRequest && BalancerAnnotations.WantsPeakEwma(rule)) PreferPeakEwma(cluster);
        else if (cluster.CommonLbConfig is null && BalancerAnnotations.ZoneAwareFrom(rule) is { } from)
            cluster.CommonLbConfig = new() { ZoneAwareLbConfig = new() { MinClusterSize = from } };
    }

    // In the order of preference: an Envoy without that extension takes what the rule says in its own words.
    private static void PreferPeakEwma(Cluster cluster)
    {
        var byPlaces = cluster.CommonLbConfig is not null;
        LoadBalancingPolicy policy = new();
        Add(new PeakEwma(), "peak_ewma");
        Add(new LeastRequest(), "least_request");
        if (!byPlaces)
        {
            cluster.LoadBalancingPolicy = policy;
            return;
        }

        // Peak EWMA knows no places by itself.
        var byPlace = new WrrLocality { EndpointPickingPolicy = policy };
        policy = new();
        Add(byPlace, "wrr_locality");
        cluster.LoadBalancingPolicy = policy;

        void Add(IMessage config, string name) =>
            policy.Policies.Add(new LoadBalancingPolicy.Types.Policy { TypedExtensionConfig = new() { Name = Policies + name, TypedConfig = Any.Pack(config) } });
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
