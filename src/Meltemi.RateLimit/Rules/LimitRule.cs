using System.Collections.Immutable;
using Meltemi.RateLimit.Figures;
using Ratelimit.Config.Ratelimit.V3;

namespace Meltemi.RateLimit.Rules;

/// <summary>A limit of a descriptor.</summary>
public sealed record LimitRule
{
    /// <summary>Over how long requests are counted.</summary>
    public required RateLimitUnit Unit { get; init; }

    /// <summary>Requests per <see cref="Unit"/>; 0 refuses all.</summary>
    public required uint RequestsPerUnit { get; init; }

    /// <summary>No limit: what is listed only so that it is not caught by another.</summary>
    public bool Unlimited { get; init; }

    /// <summary>The window slides with the clock; else it begins anew with each unit.</summary>
    public bool Sliding { get; init; }

    /// <summary>Counted, but never refused.</summary>
    public bool ShadowMode { get; init; }

    /// <summary>Figures for each value.</summary>
    public bool DetailedMetric { get; init; }

    /// <summary>Name, told to clients and for <see cref="Replaces"/>; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Names of limits that do not count if this one is met by the same request.</summary>
    public ImmutableArray<string> Replaces { get; init; } = [];

    /// <summary>Its keys, from the outermost, in the figures.</summary>
    public required ImmutableArray<string> Path { get; init; }

    /// <summary>Its figures, once they were looked up.</summary>
    internal RuleFigures? Figures { get; set; }

    /// <summary>Length of the unit in seconds. As in envoyproxy/ratelimit, months have 30 days and years 365.</summary>
    public long UnitSeconds => SecondsOf(Unit);

    /// <summary>Length of a unit in seconds.</summary>
    public static long SecondsOf(RateLimitUnit unit) => unit switch
    {
        RateLimitUnit.Second => 1,
        RateLimitUnit.Minute => 60,
        RateLimitUnit.Hour => 3600,
        RateLimitUnit.Day => 86_400,
        RateLimitUnit.Week => 7 * 86_400,
        RateLimitUnit.Month => 30 * 86_400,
        RateLimitUnit.Year => 365 * 86_400,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, null),
    };
}
