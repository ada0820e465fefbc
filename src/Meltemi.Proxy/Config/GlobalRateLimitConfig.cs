using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>A limit that a service keeps for all proxies (<c>aeraki.meta_protocol_proxy.filters.ratelimit.v1alpha.RateLimit</c>).</summary>
public sealed record GlobalRateLimitConfig
{
    /// <summary>Conditions on requests that are counted, all of which must hold; none: every request.</summary>
    public ImmutableArray<AttributeMatch> Match { get; init; } = [];

    /// <summary>Domain of the limits.</summary>
    public required string Domain { get; init; }

    /// <summary>Time for the service's answer. Default 20 ms, as in Envoy.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Requests are refused when the service does not answer; else they pass.</summary>
    public bool FailureModeDeny { get; init; }

    /// <summary>Where the service is.</summary>
    public required RateLimitServerConfig Server { get; init; }

    /// <summary>What requests are counted by: each for itself. One whose attributes the request does not have is left out.</summary>
    public required ImmutableArray<ImmutableArray<DescriptorEntryConfig>> Descriptors { get; init; }

    /// <summary>What a request counts for. Default 1.</summary>
    public uint HitsAddend { get; init; } = 1;

    /// <summary>Names of the attributes that it looks at; may repeat.</summary>
    public IEnumerable<string> WantedKeys =>
        Match.Select(match => match.Attribute).Concat(Descriptors.SelectMany(entries => entries).Select(entry => entry.Attribute).OfType<string>());
}

/// <summary>A rate limit service: by the cluster that leads to it, or by its address.</summary>
/// <param name="Cluster">Name of the cluster; null: there is an address.</param>
/// <param name="Address">Such as <c>http://limits:8081</c>; null: there is a cluster.</param>
public sealed record RateLimitServerConfig(string? Cluster, Uri? Address)
{
    /// <summary>For figures and logs.</summary>
    public string Name => Cluster ?? Address!.Authority;
}

/// <summary>A part of a descriptor.</summary>
/// <param name="Key">Its key for the service.</param>
/// <param name="Attribute">Attribute whose value is sent; null: a fixed one.</param>
/// <param name="Value">The fixed one.</param>
public sealed record DescriptorEntryConfig(string Key, string? Attribute, string Value = "");
