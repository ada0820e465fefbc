using System.Collections.Immutable;

namespace Meltemi.Proxy.Config;

/// <summary>Groups of endpoints by their metadata (<c>lb_subset_config</c>). Compared by value.</summary>
public sealed record SubsetsConfig
{
    /// <summary>By which keys groups are made.</summary>
    public ImmutableArray<SubsetSelector> Selectors { get; init; } = [];

    /// <summary>Where requests go whose subset does not exist. Default nowhere.</summary>
    public SubsetFallback Fallback { get; init; } = SubsetFallback.None;

    /// <summary>What endpoints of the default subset have; null: none does.</summary>
    public LbMetadata? Default { get; init; }

    /// <summary>Weights of places count within subsets.</summary>
    public bool LocalityWeights { get; init; }

    /// <summary>When the default subset has no endpoints, any is better.</summary>
    public bool AnyInsteadOfDefault { get; init; }

    /// <inheritdoc/>
    public bool Equals(SubsetsConfig? other) => other is not null
        && Selectors.SequenceEqual(other.Selectors)
        && (Fallback, Default, LocalityWeights, AnyInsteadOfDefault)
            .Equals((other.Fallback, other.Default, other.LocalityWeights, other.AnyInsteadOfDefault));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Selectors.Length, Fallback, Default);
}

/// <summary>A group for each combination of values of some keys. Compared by value.</summary>
public sealed record SubsetSelector
{
    /// <summary>The keys, each once, in ordinal order.</summary>
    public required ImmutableArray<string> Keys { get; init; }

    /// <summary>Instead of the cluster's; null: the cluster's.</summary>
    public SubsetFallback? Fallback { get; init; }

    /// <summary>Of <see cref="SubsetFallback.FewerKeys"/>: the keys that are still looked at, fewer than <see cref="Keys"/>.</summary>
    public ImmutableArray<string> FallbackKeys { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(SubsetSelector? other) =>
        other is not null && Keys.SequenceEqual(other.Keys) && Fallback == other.Fallback && FallbackKeys.SequenceEqual(other.FallbackKeys);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Keys.Length, Fallback, FallbackKeys.Length);
}

/// <summary>Where requests go whose subset does not exist.</summary>
public enum SubsetFallback
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>To any endpoint of the cluster.</summary>
    Any,

    /// <summary>To the default subset.</summary>
    Default,

    /// <summary>To the subset that fewer keys ask for.</summary>
    FewerKeys,
}
