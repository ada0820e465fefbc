using Envoy.Config.Route.V3;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;
using static Envoy.Config.Route.V3.RouteAction.Types.HashPolicy.Types;
using Policy = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// What the hash of a request is made of: what the route says, else the <c>consistentHash</c> of the DestinationRules of its destinations,
/// each once and in the order of the destinations.
/// </summary>
internal static class HashPolicies
{
    /// <summary>Adds the hash policies of a route to its action.</summary>
    public static void Apply(RouteAction action, MetaRoute route, IEnumerable<ClusterRef> destinations, RouteScope scope, FieldPath path)
    {
        if (route.HashPolicy.Count > 0)
        {
            action.HashPolicy.AddRange(route.HashPolicy.Select(Translate).OfType<Policy>());
            if (!route.SplitByHash && !destinations.Any(cluster => IsHashed(cluster, scope)))
                path["hashPolicy"].Warning("no effect: no DestinationRule of the destinations balances by consistentHash");
            return;
        }

        var policies = destinations.Select(cluster => Translate(DestinationPolicies.HashOf(cluster, scope.View))).OfType<Policy>();
        action.HashPolicy.AddRange(policies.Distinct());
    }

    /// <summary>What a DestinationRule says; null: nothing that a protocol without cookies and URLs can do.</summary>
    public static Policy? Translate(LoadBalancerSettings.Types.ConsistentHashLB? hash) => hash?.HashKeyCase switch
    {
        LoadBalancerSettings.Types.ConsistentHashLB.HashKeyOneofCase.HttpHeaderName => ByAttribute(hash.HttpHeaderName),
        LoadBalancerSettings.Types.ConsistentHashLB.HashKeyOneofCase.UseSourceIp when hash.UseSourceIp => BySource(),
        _ => null,
    };

    private static bool IsHashed(ClusterRef cluster, RouteScope scope) => DestinationPolicies.HashOf(cluster, scope.View) is not null;

    private static Policy? Translate(HashPolicy policy)
    {
        var translated = policy.HashKeyCase switch
        {
            HashPolicy.HashKeyOneofCase.Attribute => ByAttribute(policy.Attribute),
            HashPolicy.HashKeyOneofCase.UseSourceIp when policy.UseSourceIp => BySource(),
            _ => null,
        };
        if (translated is not null) translated.Terminal = policy.Terminal;
        return translated;
    }

    private static Policy ByAttribute(string name) => new() { Header = new Header { HeaderName = name } };

    private static Policy BySource() => new() { ConnectionProperties = new ConnectionProperties { SourceIp = true } };
}
