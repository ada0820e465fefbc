using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;

namespace Meltemi.Proxy.Outbound;

/// <summary>What a cluster is burdened with in one priority, and its bounds, over all loops.</summary>
internal sealed class CircuitBreaker
{
    public CircuitBreaker(LimitsConfig limits, int loops)
    {
        Limits = limits;
        Connections = new Budget(limits.MaxConnections, loops);
        Pending = new Budget(limits.MaxPendingRequests, loops);
        Requests = new Budget(limits.MaxRequests, loops);
        Retries = new RetryBudget(limits, Requests);
    }

    public LimitsConfig Limits { get; }

    public Budget Connections { get; }

    public Budget Pending { get; }

    public Budget Requests { get; }

    public RetryBudget Retries { get; }

    /// <summary>The part of one loop.</summary>
    public sealed class Share(CircuitBreaker breaker)
    {
        public Budget.Lease Connections { get; } = breaker.Connections.ForLoop();

        public Budget.Lease Pending { get; } = breaker.Pending.ForLoop();

        public Budget.Lease Requests { get; } = breaker.Requests.ForLoop();

        public RetryBudget Retries => breaker.Retries;
    }
}
