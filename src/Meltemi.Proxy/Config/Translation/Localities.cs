using Envoy.Config.Cluster.V3;
using Envoy.Extensions.LoadBalancingPolicies.Common.V3;
using Specifier = Envoy.Config.Cluster.V3.Cluster.Types.CommonLbConfig.LocalityConfigSpecifierOneofCase;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>What the endpoints' places mean: the same in a cluster's <c>common_lb_config</c> and in the balancers' own messages.</summary>
internal static class Localities
{
    public static LocalityPolicyConfig? Translate(Cluster.Types.CommonLbConfig? config) => config?.LocalityConfigSpecifierCase switch
    {
        Specifier.LocalityWeightedLbConfig => new WeightedLocalities(),
        _ => null,
    };

    public static LocalityPolicyConfig? Translate(LocalityLbConfig? config) => config?.LocalityConfigSpecifierCase switch
    {
        LocalityLbConfig.LocalityConfigSpecifierOneofCase.LocalityWeightedLbConfig => new WeightedLocalities(),
        _ => null,
    };
}
