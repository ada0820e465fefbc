using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.LoadBalancingPolicies.WrrLocality.V3;
using LeastRequestPolicy = Envoy.Extensions.LoadBalancingPolicies.LeastRequest.V3.LeastRequest;
using MaglevPolicy = Envoy.Extensions.LoadBalancingPolicies.Maglev.V3.Maglev;
using PeakEwmaPolicy = Envoy.Extensions.LoadBalancingPolicies.PeakEwma.V3Alpha.PeakEwma;
using RandomPolicy = Envoy.Extensions.LoadBalancingPolicies.Random.V3.Random;
using RingHashPolicy = Envoy.Extensions.LoadBalancingPolicies.RingHash.V3.RingHash;
using RoundRobinPolicy = Envoy.Extensions.LoadBalancingPolicies.RoundRobin.V3.RoundRobin;
using SubsetPolicy = Envoy.Extensions.LoadBalancingPolicies.Subset.V3.Subset;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>How endpoints are chosen: <c>load_balancing_policy</c>, or the older <c>lb_policy</c> with its configs.</summary>
internal static class Balancers
{
    private const string Policies = "envoy.extensions.load_balancing_policies.";

    public static BalancerConfig Translate(Cluster cluster, TranslationContext context, string path)
    {
        var config = cluster.LoadBalancingPolicy is { } policy
            ? FromPolicies(policy, context, $"{path}.load_balancing_policy")
            : FromField(cluster, context, path) with
            {
                Localities = Localities.Translate(cluster.CommonLbConfig),
                SlowStart = SlowStarts.Translate(cluster),
                Subsets = Subsets.Translate(cluster.LbSubsetConfig, context, $"{path}.lb_subset_config"),
                HashBalanceFactor = Values.Clamp(cluster.CommonLbConfig?.ConsistentHashingLbConfig?.HashBalanceFactor ?? 0),
            };
        if (config.MinRingSize > config.MaxRingSize)
            context.Problems.Error(
                $"{path}.ring_hash_lb_config", $"the smallest ring, {config.MinRingSize}, is above the largest, {config.MaxRingSize}");
        if (!IsPrime(config.MaglevTableSize))
            context.Problems.Error($"{path}.maglev_lb_config.table_size", $"must be a prime, not {config.MaglevTableSize}");
        return config;
    }

    private static BalancerConfig FromField(Cluster cluster, TranslationContext context, string path)
    {
        var defaults = new BalancerConfig();
        CheckFits(cluster, context, path);
        switch (cluster.LbPolicy)
        {
            case Cluster.Types.LbPolicy.RoundRobin:
                return defaults;
            case Cluster.Types.LbPolicy.Random:
                return defaults with { Kind = BalancerKind.Random };
            case Cluster.Types.LbPolicy.LeastRequest:
                return LeastRequest(cluster.LeastRequestLbConfig?.ChoiceCount, cluster.LeastRequestLbConfig?.ActiveRequestBias);
            case Cluster.Types.LbPolicy.RingHash:
                var ring = cluster.RingHashLbConfig ?? new();
                if (ring.HashFunction == Cluster.Types.RingHashLbConfig.Types.HashFunction.MurmurHash2)
                    RefuseMurmur(context, $"{path}.ring_hash_lb_config.hash_function");
                return RingHash(ring.MinimumRingSize, ring.MaximumRingSize);
            case Cluster.Types.LbPolicy.Maglev:
                return Maglev(cluster.MaglevLbConfig?.TableSize);
            case Cluster.Types.LbPolicy.ClusterProvided when cluster.Type == Cluster.Types.DiscoveryType.OriginalDst:
                return defaults;
            default:
                context.Problems.Error($"{path}.lb_policy", $"{cluster.LbPolicy} is not supported without a load_balancing_policy");
                return defaults;
        }
    }

    private static void CheckFits(Cluster cluster, TranslationContext context, string path)
    {
        var (field, policy) = cluster.LbConfigCase switch
        {
            Cluster.LbConfigOneofCase.RingHashLbConfig => ("ring_hash_lb_config", Cluster.Types.LbPolicy.RingHash),
            Cluster.LbConfigOneofCase.RoundRobinLbConfig => ("round_robin_lb_config", Cluster.Types.LbPolicy.RoundRobin),
            Cluster.LbConfigOneofCase.LeastRequestLbConfig => ("least_request_lb_config", Cluster.Types.LbPolicy.LeastRequest),
            Cluster.LbConfigOneofCase.MaglevLbConfig => ("maglev_lb_config", Cluster.Types.LbPolicy.Maglev),
            _ => ("", cluster.LbPolicy),
        };
        if (policy != cluster.LbPolicy) context.Problems.Warning($"{path}.{field}", "ignored: lb_policy is another one");
    }

    private static BalancerConfig FromPolicies(LoadBalancingPolicy policy, TranslationContext context, string path, bool isInner = false)
    {
        for (var i = 0; i < policy.Policies.Count; i++)
        {
            var any = policy.Policies[i].TypedExtensionConfig?.TypedConfig;
            var typed = $"{path}.policies[{i}].typed_extension_config.typed_config";
            switch (TranslationContext.TypeOf(any))
            {
                case Policies + "round_robin.v3.RoundRobin":
                    var robin = context.Unpack(any!, RoundRobinPolicy.Parser, typed);
                    return new()
                    {
                        Localities = Localities.Translate(robin.LocalityLbConfig),
                        SlowStart = SlowStarts.Translate(robin.SlowStartConfig),
                    };
                case Policies + "random.v3.Random":
                    var random = context.Unpack(any!, RandomPolicy.Parser, typed);
                    return new() { Kind = BalancerKind.Random, Localities = Localities.Translate(random.LocalityLbConfig) };
                case Policies + "least_request.v3.LeastRequest":
                    var least = context.Unpack(any!, LeastRequestPolicy.Parser, typed);
                    return LeastRequest(least.ChoiceCount, least.ActiveRequestBias) with
                    {
                        FullScan = least.SelectionMethod == LeastRequestPolicy.Types.SelectionMethod.FullScan,
                        Localities = Localities.Translate(least.LocalityLbConfig),
                        SlowStart = SlowStarts.Translate(least.SlowStartConfig),
                    };
                case Policies + "peak_ewma.v3alpha.PeakEwma":
                    return PeakEwma(context.Unpack(any!, PeakEwmaPolicy.Parser, typed));
                case Policies + "subset.v3.Subset" when !isInner:
                    var subset = context.Unpack(any!, SubsetPolicy.Parser, typed);
                    return FromPolicies(subset.SubsetLbPolicy ?? new(), context, $"{typed}.subset_lb_policy", isInner: true) with
                    {
                        // The same fields by the same numbers.
                        Subsets = Subsets.Translate(context.Unpack(any!, Cluster.Types.LbSubsetConfig.Parser, typed), context, typed),
                    };
                case Policies + "wrr_locality.v3.WrrLocality" when !isInner:
                    var inner = context.Unpack(any!, WrrLocality.Parser, typed).EndpointPickingPolicy;
                    return FromPolicies(inner ?? new(), context, $"{typed}.endpoint_picking_policy", isInner: true) with { Localities = new WeightedLocalities() };
                case Policies + "ring_hash.v3.RingHash":
                    var ring = context.Unpack(any!, RingHashPolicy.Parser, typed);
                    if (ring.HashFunction == RingHashPolicy.Types.HashFunction.MurmurHash2)
                        RefuseMurmur(context, $"{typed}.hash_function");
                    return RingHash(ring.MinimumRingSize, ring.MaximumRingSize) with
                    {
                        Localities = Weighted(ring.LocalityWeightedLbConfig),
                        HashBalanceFactor = Values.Clamp(ring.ConsistentHashingLbConfig?.HashBalanceFactor ?? ring.HashBalanceFactor ?? 0),
                    };
                case Policies + "maglev.v3.Maglev":
                    var maglev = context.Unpack(any!, MaglevPolicy.Parser, typed);
                    return Maglev(maglev.TableSize) with
                    {
                        Localities = Weighted(maglev.LocalityWeightedLbConfig),
                        HashBalanceFactor = Values.Clamp(maglev.ConsistentHashingLbConfig?.HashBalanceFactor ?? 0),
                    };
            }
        }

        context.Problems.Error(path, "none of the policies is known");
        return new();
    }

    private static WeightedLocalities? Weighted(object? said) => said is null ? null : new();

    private static void RefuseMurmur(TranslationContext context, string path) =>
        context.Problems.Error(path, "MURMUR_HASH_2 is not supported; XX_HASH is");

    private static BalancerConfig LeastRequest(uint? choices, RuntimeDouble? bias)
    {
        var defaults = new BalancerConfig { Kind = BalancerKind.LeastRequest };
        return defaults with
        {
            ChoiceCount = choices is { } count ? Values.Clamp(count) : defaults.ChoiceCount,
            ActiveRequestBias = bias?.DefaultValue ?? defaults.ActiveRequestBias,
        };
    }

    private static BalancerConfig PeakEwma(PeakEwmaPolicy policy)
    {
        var defaults = new BalancerConfig { Kind = BalancerKind.PeakEwma };
        return defaults with
        {
            DecayTime = policy.DecayTime is { } decay ? Values.Span(decay) : defaults.DecayTime,
            AssumedLatency = policy.DefaultRtt is { } assumed ? Values.Span(assumed) : defaults.AssumedLatency,
        };
    }

    private static BalancerConfig RingHash(ulong? least, ulong? most)
    {
        var defaults = new BalancerConfig { Kind = BalancerKind.RingHash };
        return defaults with
        {
            MinRingSize = least is { } min ? Math.Max(1, Values.Clamp(min)) : defaults.MinRingSize,
            MaxRingSize = most is { } max ? Values.Clamp(max) : defaults.MaxRingSize,
        };
    }

    private static BalancerConfig Maglev(ulong? size)
    {
        var defaults = new BalancerConfig { Kind = BalancerKind.Maglev };
        return defaults with { MaglevTableSize = size is { } entries ? Values.Clamp(entries) : defaults.MaglevTableSize };
    }

    private static bool IsPrime(int number)
    {
        if (number < 2) return false;
        for (var divisor = 2; (long)divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0) return false;
        }

        return true;
    }
}
