using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>
/// A limit that a proxy keeps by itself (<c>aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit</c>), of a listener or of a
/// route.
/// </summary>
public sealed record LocalRateLimitConfig
{
    /// <summary>Prefix of its figures.</summary>
    public required string StatPrefix { get; init; }

    /// <summary>The first rule whose conditions hold charges its bucket, and only that; a request that no rule is for is not limited.</summary>
    public required ImmutableArray<LocalLimitRule> Rules { get; init; }

    /// <summary>Millionths of the requests over the limit that are refused; the others are only counted. Default: all.</summary>
    public int EnforcedMillionths { get; init; } = 1_000_000;

    /// <summary>Names of the attributes that it looks at; may repeat.</summary>
    public IEnumerable<string> WantedKeys => Rules.SelectMany(rule =>
        rule.Match.Select(match => match.Attribute).Concat(rule.Per?.Attribute is { } attribute ? [attribute] : []));
}

/// <summary>A bucket, and which requests are for it.</summary>
/// <param name="Match">Conditions, all of which must hold; none: every request.</param>
/// <param name="Bucket">What one request takes one token of.</param>
/// <param name="Per">Null: one bucket for all.</param>
public sealed record LocalLimitRule(ImmutableArray<AttributeMatch> Match, BucketConfig Bucket, PerValueConfig? Per = null);

/// <summary>A bucket of tokens (<c>envoy.type.v3.TokenBucket</c>).</summary>
/// <param name="MaxTokens">Most tokens, and the tokens at the start.</param>
/// <param name="TokensPerFill">Tokens that come with each fill.</param>
/// <param name="FillInterval">Time between fills.</param>
public sealed record BucketConfig(long MaxTokens, long TokensPerFill, TimeSpan FillInterval);

/// <summary>A bucket for each value of an attribute; requests without it share one.</summary>
/// <param name="Attribute">Name of the attribute; null: the client's IP address.</param>
/// <param name="MaxBuckets">Buckets that are kept.</param>
public sealed record PerValueConfig(string? Attribute, int MaxBuckets = PerValueConfig.DefaultMaxBuckets)
{
    /// <summary>Buckets that are kept unless the configuration says otherwise.</summary>
    public const int DefaultMaxBuckets = 1024;
}
