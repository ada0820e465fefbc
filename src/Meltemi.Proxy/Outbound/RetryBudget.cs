using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// How many requests may be tried again at a time, so that retries cannot become a storm: a number, or a share of the requests in flight. Exact
/// over all loops: one counter, touched by retries only. Requests in flight are added up from what the loops count, each as it was a moment ago.
/// </summary>
internal sealed class RetryBudget(LimitsConfig limits, Budget requests)
{
    private int _active;

    /// <summary>Retries going on: from the decision, waiting included, until the request's next turn.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>The bound at this moment.</summary>
    public int Limit => limits.RetryBudget is { } budget
        ? Math.Max(budget.MinConcurrency, (int)Math.Min(int.MaxValue, budget.Percent / 100 * requests.InUse))
        : limits.MaxRetries;

    /// <summary>Takes one; false if the bound is reached.</summary>
    public bool TryTake()
    {
        var limit = Limit;
        var active = Volatile.Read(ref _active);
        while (active < limit)
        {
            var seen = Interlocked.CompareExchange(ref _active, active + 1, active);
            if (seen == active) return true;
            active = seen;
        }

        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Return() => Interlocked.Decrement(ref _active);
}
