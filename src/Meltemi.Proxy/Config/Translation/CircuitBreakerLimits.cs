using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Thresholds = Envoy.Config.Cluster.V3.CircuitBreakers.Types.Thresholds;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>The circuit breakers of a cluster.</summary>
internal static class CircuitBreakerLimits
{
    public static ClusterConfig Apply(ClusterConfig config, CircuitBreakers? breakers, TranslationContext context, string path)
    {
        if (breakers is null) return config;
        foreach (var thresholds in breakers.Thresholds)
        {
            config = thresholds.Priority == RoutingPriority.High
                ? config with { HighLimits = Apply(config.HighLimits, thresholds) }
                : config with { Limits = Apply(config.Limits, thresholds) };
        }

        for (var i = 0; i < breakers.PerHostThresholds.Count; i++)
        {
            var (thresholds, at) = (breakers.PerHostThresholds[i], $"{path}.per_host_thresholds[{i}]");
            if (thresholds.Priority != RoutingPriority.Default)
                context.Problems.Warning(at, "ignored: the connections to an endpoint have no priority of their own");
            else if (thresholds.MaxConnections is { } connections)
                config = config with { MaxConnectionsPerEndpoint = Math.Max(1, Values.Clamp(connections)) };
            if (thresholds.MaxPendingRequests is not null || thresholds.MaxRequests is not null || thresholds.MaxRetries is not null)
                context.Problems.Warning(at, "only max_connections is there for each endpoint: the other bounds are ignored");
        }

        return config;
    }

    private static LimitsConfig Apply(LimitsConfig limits, Thresholds thresholds) => limits with
    {
        MaxConnections = thresholds.MaxConnections is { } connections ? Values.Clamp(connections) : limits.MaxConnections,
        MaxPendingRequests = thresholds.MaxPendingRequests is { } pending ? Values.Clamp(pending) : limits.MaxPendingRequests,
        MaxRequests = thresholds.MaxRequests is { } requests ? Values.Clamp(requests) : limits.MaxRequests,
        MaxRetries = thresholds.MaxRetries is { } retries ? Values.Clamp(retries) : limits.MaxRetries,
        RetryBudget = thresholds.RetryBudget is { } budget ? Translate(budget) : limits.RetryBudget,
        TrackRemaining = thresholds.TrackRemaining,
    };

    private static RetryBudgetConfig Translate(Thresholds.Types.RetryBudget budget)
    {
        var defaults = new RetryBudgetConfig();
        return new(
            budget.BudgetPercent is { } percent ? Math.Clamp(percent.Value, 0, 100) : defaults.Percent,
            budget.MinRetryConcurrency is { } least ? Values.Clamp(least) : defaults.MinConcurrency);
    }
}
