using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Explaining;

/// <summary>Local rate limits in words, a line for each bucket.</summary>
public static class LimitText
{
    /// <summary>What a limit lets through.</summary>
    public static IEnumerable<string> Of(LocalRateLimitConfig limit) => limit.Rules.Select(rule =>
    {
        var (bucket, conditions) = (rule.Bucket, string.Join(" and ", rule.Match.Select(ConditionText.Of)));
        var per = rule.Per is { } value ? $" for each {value.Attribute ?? "client address"}" : "";
        var enforced = limit.EnforcedMillionths switch
        {
            0 => ", only counted",
            1_000_000 => "",
            var share => FormattableString.Invariant($", {share / 10_000.0:0.####} % of the others refused"),
        };
        return FormattableString.Invariant($"lets {bucket.TokensPerFill} in {bucket.FillInterval.TotalSeconds} s through{per}")
            + $", at most {bucket.MaxTokens} at once{(conditions.Length > 0 ? $", if {conditions}" : "")}{enforced}";
    });
}
