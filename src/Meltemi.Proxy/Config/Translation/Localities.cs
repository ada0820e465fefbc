using Envoy.Config.Cluster.V3;
using Envoy.Extensions.LoadBalancingPolicies.Common.V3;
using Envoy.Type.V3;
using Specifier = Envoy.Config.Cluster.V3.Cluster.Types.CommonLbConfig.LocalityConfigSpecifierOneofCase;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>What the endpoints' places mean: the same in a cluster's <c>common_lb_config</c> and in the balancers' own messages.</summary>
internal static class Localities
{
    public static LocalityPolicyConfig? Translate(Cluster.Types.CommonLbConfig? config) => config?.LocalityConfigSpecifierCase switch
    {
        Specifier.LocalityWeightedLbConfig => new WeightedLocalities(),
        Specifier.ZoneAwareLbConfig => ZoneAware(config.ZoneAwareLbConfig.RoutingEnabled, config.ZoneAwareLbConfig.MinClusterSize),
        _ => null,
    };

    public static LocalityPolicyConfig? Translate(LocalityLbConfig? config) => config?.LocalityConfigSpecifierCase switch
    {
        LocalityLbConfig.LocalityConfigSpecifierOneofCase.LocalityWeightedLbConfig => new WeightedLocalities(),
        LocalityLbConfig.LocalityConfigSpecifierOneofCase.ZoneAwareLbConfig => Translate(config.ZoneAwareLbConfig),
        _ => null,
    };

    private static ZoneAware Translate(LocalityLbConfig.Types.ZoneAwareLbConfig zones) =>
        ZoneAware(zones.RoutingEnabled, zones.MinClusterSize) with { ForceFrom = zones.ForceLocalZone is { } force ? Values.Clamp(force.MinSize ?? 1) : 0 };

    private static ZoneAware ZoneAware(Percent? routed, ulong? minClusterSize)
    {
        var defaults = new ZoneAware();
        return new(routed?.Value ?? defaults.RoutedPercent, minClusterSize is { } size ? Values.Clamp(size) : defaults.MinClusterSize);
    }
}
