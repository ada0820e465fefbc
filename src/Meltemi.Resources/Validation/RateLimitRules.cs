using Meltemi.Resources.Aeraki;

namespace Meltemi.Resources.Validation;

/// <summary>
/// Rules for the limits of a MetaRouter. What a token bucket and a question to a rate limit service need is said in their messages.
/// </summary>
internal static class RateLimitRules
{
    public static void Check(LocalRateLimit? limit, FieldPath field)
    {
        if (limit is null) return;
        if (limit.TokenBucket is null && limit.Conditions.Count == 0 && !field.IsWrong)
            field.Error("one of tokenBucket, conditions is needed");
        CheckBucket(limit.TokenBucket, field["tokenBucket"]);
        if (limit.Per is not null && limit.TokenBucket is null) field["per"].Error("needs a tokenBucket");
        for (var i = 0; i < limit.Conditions.Count; i++)
        {
            var condition = field["conditions"][i];
            AttributeRules.Check(limit.Conditions[i].Match, condition["match"]);
            CheckBucket(limit.Conditions[i].TokenBucket, condition["tokenBucket"]);
        }
    }

    public static void Check(GlobalRateLimit? limit, FieldPath field)
    {
        if (limit is null) return;
        AttributeRules.Check(limit.Match, field["match"]);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < limit.Descriptors.Count; i++)
        {
            var key = limit.Descriptors[i].DescriptorKey;
            if (key.Length > 0 && !keys.Add(key)) field["descriptors"][i]["descriptorKey"].Error($"'{key}' is there twice");
        }

        if (limit.Descriptors.Count == 0 && limit.CombinedDescriptors.Count == 0 && !field.IsWrong)
            field.Error("one of descriptors, combinedDescriptors is needed");
    }

    private static void CheckBucket(LocalRateLimit.Types.TokenBucket? bucket, FieldPath field)
    {
        if (bucket?.TokensPerFill is { } tokens && tokens > bucket.MaxTokens)
            field["tokensPerFill"].Warning($"no more than maxTokens ({bucket.MaxTokens}) fit into the bucket");
    }
}
