using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>
/// Routes of a listener (<c>envoy.config.route.v3.RouteConfiguration</c> or Aeraki's own form), flattened: the virtual hosts' routes one after
/// the other.
/// </summary>
public sealed record RouteTableConfig
{
    /// <summary>Name of the route configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>The first that matches wins.</summary>
    public required ImmutableArray<RouteConfig> Routes { get; init; }
}

/// <summary>One route.</summary>
public sealed record RouteConfig
{
    /// <summary>Name for logs and metrics; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Conditions, all of which must hold; none: matches everything.</summary>
    public ImmutableArray<AttributeMatch> Match { get; init; } = [];

    /// <summary>Where to, by weight; the weights need not add up to anything. At least one with a weight above 0.</summary>
    public required ImmutableArray<WeightedCluster> Clusters { get; init; }

    /// <summary>The weights share by the hash of <see cref="HashPolicies"/>, so that what hashes alike goes to one cluster; else by chance.</summary>
    public bool SplitsByHash { get; init; }

    /// <summary>
    /// The weights share by the number that this attribute has, modulo their sum, so that proxies behind each other choose alike
    /// (<c>weighted_clusters.header_name</c>); null, and where it is no number: by chance.
    /// </summary>
    public string? SplitAttribute { get; init; }

    /// <summary>Time until the whole answer; null: the request's own limit, else the default of 15 s; zero: none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Further tries; null: one is all.</summary>
    public RetryConfig? Retry { get; init; }

    /// <summary>The requests count against the clusters' limits of high priority (<c>priority: HIGH</c>).</summary>
    public bool HighPriority { get; init; }

    /// <summary>What is hashed for consistent balancing, in order; hashes are combined.</summary>
    public ImmutableArray<HashPolicy> HashPolicies { get; init; } = [];

    /// <summary>Changes to the request.</summary>
    public ImmutableArray<MutationConfig> RequestMutations { get; init; } = [];

    /// <summary>Changes to the answer.</summary>
    public ImmutableArray<MutationConfig> ResponseMutations { get; init; } = [];

    /// <summary>What the proxy lets through of its requests; null: all.</summary>
    public LocalRateLimitConfig? LocalRateLimit { get; init; }

    /// <summary>Clusters that get copies of requests.</summary>
    public ImmutableArray<MirrorConfig> Mirrors { get; init; } = [];

    /// <summary>Faults on purpose, instead of the listener's; null: the listener's.</summary>
    public FaultConfig? Fault { get; init; }

    /// <summary>Metadata for filters: filter name to a JSON text.</summary>
    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A condition on one attribute (<c>envoy.config.route.v3.HeaderMatcher</c>).</summary>
/// <param name="Attribute">Name of the attribute.</param>
/// <param name="Value">What its value must be like.</param>
/// <param name="Invert">
/// The condition holds if the value is not like that. As in Envoy, a missing attribute does not pass for being unlike: it fails
/// inverted conditions too, but for <see cref="PresentMatch"/> and with <paramref name="MissingAsEmpty"/>.
/// </param>
/// <param name="MissingAsEmpty">A missing attribute counts as one with an empty value.</param>
public sealed record AttributeMatch(string Attribute, ValueMatch Value, bool Invert = false, bool MissingAsEmpty = false);

/// <summary>A condition on a text.</summary>
public abstract record ValueMatch;

/// <summary>Equal. Ignoring case folds ASCII letters only, as Envoy does.</summary>
public sealed record ExactMatch(string Value, bool IgnoreCase = false) : ValueMatch;

/// <summary>Starts with.</summary>
public sealed record PrefixMatch(string Value, bool IgnoreCase = false) : ValueMatch;

/// <summary>Ends with.</summary>
public sealed record SuffixMatch(string Value, bool IgnoreCase = false) : ValueMatch;

/// <summary>Contains.</summary>
public sealed record ContainsMatch(string Value, bool IgnoreCase = false) : ValueMatch;

/// <summary>The whole value matches the expression; checked when the configuration is read, runs in linear time.</summary>
public sealed record RegexMatch(string Pattern) : ValueMatch;

/// <summary>A decimal integer in [Start, End).</summary>
public sealed record RangeMatch(long Start, long End) : ValueMatch;

/// <summary>The attribute is there, or, with <paramref name="Present"/> false, is not.</summary>
public sealed record PresentMatch(bool Present = true) : ValueMatch;

/// <summary>A cluster and its share.</summary>
/// <param name="Name">The cluster.</param>
/// <param name="Weight">Its share.</param>
public sealed record WeightedCluster(string Name, uint Weight)
{
    /// <summary>Which of its endpoints (<c>metadata_match</c>); null: as the cluster says for requests that do not say.</summary>
    public LbMetadata? Subset { get; init; }
}

/// <summary>What a consistent hash is made of: an attribute, or, with null, the client's address.</summary>
/// <param name="Attribute">Attribute name; null: the client's IP address.</param>
/// <param name="Terminal">If this one gave a hash, the following are not looked at.</param>
public sealed record HashPolicy(string? Attribute, bool Terminal = false);

/// <summary>A change to an attribute.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Key">Name of the attribute.</param>
/// <param name="Value">The value, a format string: <c>%REQ(user)%</c> and the like stand for what is known of the request; <c>%%</c> is a percent sign.</param>
/// <param name="KeepEmpty">If all that a template stands for is missing, the value is empty; else nothing is changed.</param>
public sealed record MutationConfig(Meltemi.Codec.ChangeKind Kind, string Key, string Value, bool KeepEmpty = false);
