namespace Meltemi.Proxy.Config;

/// <summary>Bounds of a cluster in one priority, each over all loops of the process; what exceeds one is answered with Overflow.</summary>
public sealed record LimitsConfig
{
    /// <summary>Upstream connections; beyond them each loop may have one to each endpoint. Default 1024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Requests that wait for a connection. Default 1024.</summary>
    public int MaxPendingRequests { get; init; } = 1024;

    /// <summary>Requests in flight, however often each of them is tried. Default 1024 as in Envoy.</summary>
    public int MaxRequests { get; init; } = 1024;

    /// <summary>Requests that are being tried again. Default 3 as in Envoy. Not looked at if there is a <see cref="RetryBudget"/>.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Instead of <see cref="MaxRetries"/>: a share of the requests in flight.</summary>
    public RetryBudgetConfig? RetryBudget { get; init; }

    /// <summary>The metrics tell what remains of each bound (<c>remaining_rq</c> and so on).</summary>
    public bool TrackRemaining { get; init; }
}

/// <summary>How many requests may be tried again at a time.</summary>
/// <param name="Percent">Of the requests in flight. Envoy's default is 20.</param>
/// <param name="MinConcurrency">So many always. Envoy's default is 3.</param>
public sealed record RetryBudgetConfig(double Percent = 20, int MinConcurrency = 3);
