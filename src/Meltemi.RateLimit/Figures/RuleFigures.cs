namespace Meltemi.RateLimit.Figures;

/// <summary>Figures of a limit, with the names of envoyproxy/ratelimit; in hits, not in requests.</summary>
public sealed class RuleFigures
{
    /// <summary>All.</summary>
    public Figure TotalHits { get; } = new();

    /// <summary>Within the limit.</summary>
    public Figure WithinLimit { get; } = new();

    /// <summary>Within the limit, but above the near-limit share of it.</summary>
    public Figure NearLimit { get; } = new();

    /// <summary>Over the limit.</summary>
    public Figure OverLimit { get; } = new();

    /// <summary>Over the limit, known without asking the store.</summary>
    public Figure OverLimitWithLocalCache { get; } = new();

    /// <summary>Over the limit of a rule in shadow mode, and so let through.</summary>
    public Figure ShadowMode { get; } = new();

    /// <summary>Names and values.</summary>
    internal IEnumerable<(string Name, string Help, Figure Figure)> All =>
    [
        ("total_hits", "Hits of a limit.", TotalHits),
        ("within_limit", "Hits within the limit.", WithinLimit),
        ("near_limit", "Hits within the limit but above the near-limit share of it.", NearLimit),
        ("over_limit", "Hits over the limit.", OverLimit),
        ("over_limit_with_local_cache", "Hits over the limit that the local cache knew of.", OverLimitWithLocalCache),
        ("shadow_mode", "Hits over the limit of a rule in shadow mode.", ShadowMode),
    ];
}
