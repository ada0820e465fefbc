using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.Filters.LocalRatelimit.V1Alpha;
using Envoy.Type.V3;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Local rate limits, of a listener's filter and of routes.</summary>
internal static class LocalRateLimits
{
    /// <summary>Full name of the message.</summary>
    public const string Type = "aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit";

    /// <param name="codec">For checking names of attributes; null: not known here, or checked elsewhere.</param>
    public static LocalRateLimitConfig Translate(LocalRateLimit limit, CodecInfo? codec, TranslationContext context, string path)
    {
        var translated = Translate(limit, context, path);
        if (codec is null) return translated;
        foreach (var attribute in translated.WantedKeys.Distinct()) AttributeNames.Check(codec, attribute, context, path);
        return translated;
    }

    private static LocalRateLimitConfig Translate(LocalRateLimit limit, TranslationContext context, string path)
    {
        var rules = ImmutableArray.CreateBuilder<LocalLimitRule>();
        for (var i = 0; i < limit.Conditions.Count; i++)
        {
            var (condition, conditionPath) = (limit.Conditions[i], $"{path}.conditions[{i}]");
            var match = AttributeMatches.Translate(condition.Match?.Metadata ?? [], context, $"{conditionPath}.match.metadata");
            rules.Add(new(match, Translate(condition.TokenBucket, context, $"{conditionPath}.token_bucket"), Translate(condition.Per)));
        }

        if (limit.TokenBucket is not null)
            rules.Add(new([], Translate(limit.TokenBucket, context, $"{path}.token_bucket"), Translate(limit.Per)));
        else if (limit.Per is not null)
            context.Problems.Error($"{path}.per", "'per' needs a token_bucket");
        if (rules.Count == 0) context.Problems.Warning(path, "limits nothing: there is neither a token_bucket nor a condition");
        return new LocalRateLimitConfig
        {
            StatPrefix = limit.StatPrefix,
            Rules = rules.ToImmutable(),
            EnforcedMillionths = limit.FilterEnforced?.DefaultValue is { } share ? Millionths(share) : 1_000_000,
        };
    }

    private static BucketConfig Translate(TokenBucket? bucket, TranslationContext context, string path)
    {
        if (bucket?.FillInterval is null) return new(1, 1, TimeSpan.FromSeconds(1)); // missing: the reader has said so
        var perFill = bucket.TokensPerFill ?? 1;
        if (perFill > bucket.MaxTokens)
            context.Problems.Warning($"{path}.tokens_per_fill", $"no more than max_tokens ({bucket.MaxTokens}) fit into the bucket");
        return new(bucket.MaxTokens, perFill, Values.Span(bucket.FillInterval));
    }

    private static PerValueConfig? Translate(BucketPerValue? per) => per is null
        ? null
        : new(per.HasAttribute ? per.Attribute : null, per.MaxBuckets is { } most ? (int)most : PerValueConfig.DefaultMaxBuckets);

    private static int Millionths(FractionalPercent share)
    {
        var unit = share.Denominator switch
        {
            FractionalPercent.Types.DenominatorType.Hundred => 10_000L,
            FractionalPercent.Types.DenominatorType.TenThousand => 100L,
            _ => 1L,
        };
        return (int)Math.Min(1_000_000, share.Numerator * unit);
    }
}
