using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>
/// The traffic policy in force for a port of a service or of a subset. Each group comes from the first of these that has it: the subset's policy for the
/// port, the subset's, the rule's policy for the port, the rule's.
/// </summary>
/// <param name="LoadBalancer">How an endpoint is chosen; null: the default.</param>
/// <param name="ConnectionPool">Limits; null: none.</param>
/// <param name="OutlierDetection">When a bad endpoint is left out; null: never.</param>
internal sealed record PolicyGroups(LoadBalancerSettings? LoadBalancer, ConnectionPoolSettings? ConnectionPool, OutlierDetection? OutlierDetection)
{
    /// <summary>How many retries there may be for the requests in flight; null: as many as <see cref="ConnectionPool"/> says. Ports have none of their own.</summary>
    public TrafficPolicy.Types.RetryBudget? RetryBudget { get; init; }

    /// <summary>The policy for a port.</summary>
    /// <param name="rule">The DestinationRule; null: there is none.</param>
    /// <param name="subset">The subset; null: the whole service.</param>
    /// <param name="port">The service's port.</param>
    public static PolicyGroups Of(DestinationRule? rule, Subset? subset, int port)
    {
        var (own, ownPort) = (subset?.TrafficPolicy, PortOf(subset?.TrafficPolicy, port));
        var (all, allPort) = (rule?.TrafficPolicy, PortOf(rule?.TrafficPolicy, port));
        return new(
            ownPort?.LoadBalancer ?? own?.LoadBalancer ?? allPort?.LoadBalancer ?? all?.LoadBalancer,
            ownPort?.ConnectionPool ?? own?.ConnectionPool ?? allPort?.ConnectionPool ?? all?.ConnectionPool,
            ownPort?.OutlierDetection ?? own?.OutlierDetection ?? allPort?.OutlierDetection ?? all?.OutlierDetection)
        {
            RetryBudget = own?.RetryBudget ?? all?.RetryBudget,
        };
    }

    private static TrafficPolicy.Types.PortTrafficPolicy? PortOf(TrafficPolicy? policy, int port) =>
        policy?.PortLevelSettings.FirstOrDefault(settings => settings.Port?.Number == (uint)port);
}
