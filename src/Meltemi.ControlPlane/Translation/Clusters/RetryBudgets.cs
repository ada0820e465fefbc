using Envoy.Config.Cluster.V3;
using Budget = Meltemi.Resources.Istio.TrafficPolicy.Types.RetryBudget;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>A limit for retries that grows with the requests in flight, in place of the fixed one.</summary>
internal static class RetryBudgets
{
    /// <summary>Sets it; null: the fixed limit stays. To be called when the limits are set.</summary>
    public static void Apply(Budget? budget, Cluster cluster)
    {
        if (budget is null) return;
        foreach (var thresholds in cluster.CircuitBreakers.Thresholds)
        {
            thresholds.RetryBudget = new()
            {
                BudgetPercent = budget.Percent is { } percent ? new() { Value = percent } : null,
                MinRetryConcurrency = budget.MinRetryConcurrency > 0 ? budget.MinRetryConcurrency : null,
            };
        }
    }
}
