using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>
/// Further tries of a route's requests (<c>envoy.config.route.v3.RetryPolicy</c> and <c>HedgePolicy</c>). The deadline of the request bounds all
/// of them together.
/// </summary>
public sealed record RetryConfig
{
    /// <summary>Names of <see cref="Routing.Retries.RetryConditions"/> (<c>retry_on</c>); any of them suffices.</summary>
    public ImmutableArray<string> On { get; init; } = [];

    /// <summary>Tries after the first (<c>num_retries</c>). Default 1.</summary>
    public int MaxRetries { get; init; } = 1;

    /// <summary>Time of each try; zero: only the deadline of the request counts. Default zero.</summary>
    public TimeSpan PerTryTimeout { get; init; }

    /// <summary>The wait before retry n is random, below this times 2^(n-1). Default 25 ms.</summary>
    public TimeSpan BackOffBase { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Longest wait. Default ten times the base.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Of <c>retriable-status-codes</c>: the protocol's own codes.</summary>
    public ImmutableArray<int> Codes { get; init; } = [];

    /// <summary>Of <c>retriable-headers</c>: conditions on attributes of the answer; any of them suffices.</summary>
    public ImmutableArray<AttributeMatch> Attributes { get; init; } = [];

    /// <summary>
    /// How often another endpoint is chosen because the request was there before (<c>previous_hosts</c> and
    /// <c>host_selection_retry_max_attempts</c>). Default 0: any endpoint will do.
    /// </summary>
    public int HostAttempts { get; init; }

    /// <summary>
    /// After how many tries the priorities of those before are avoided, and again after as many more (<c>previous_priorities</c>'s
    /// <c>update_frequency</c>). Default 0: never.
    /// </summary>
    public int PriorityFrequency { get; init; }

    /// <summary>A larger request is not kept and so not tried again (<c>per_request_buffer_limit_bytes</c>). Default 64 KiB.</summary>
    public int BufferLimitBytes { get; init; } = 64 * 1024;

    /// <summary>Tries that begin at once, each at an endpoint of its own if possible; the first answer counts. Default 1.</summary>
    public int InitialRequests { get; init; } = 1;

    /// <summary>When the time of a try is over, another one begins beside it rather than in its place; the first answer counts.</summary>
    public bool HedgeOnPerTryTimeout { get; init; }
}
