using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Meltemi.Xds.Expressions;
using Case = Envoy.Config.Route.V3.HeaderMatcher.HeaderMatchSpecifierOneofCase;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Says of two conditions on one attribute whether the first can only hold where the second holds too. Errs on the side of no: what it
/// cannot see through it does not claim.
/// </summary>
internal static class MatchSets
{
    /// <summary>Whether everything that fulfils the condition also fulfils the other one, which is on the same attribute.</summary>
    public static bool Implies(HeaderMatcher condition, HeaderMatcher other)
    {
        if (condition.Equals(other)) return true;
        if (Holds(condition, null) && !Holds(other, null)) return false;
        if (IsPresence(condition, out var present)) return !present || AcceptsAnyValue(other);
        if (AcceptsAnyValue(other)) return true;
        if (condition.InvertMatch) return false;
        if (Text(condition) is { Kind: Case.ExactMatch, Fold: false } exact) return Holds(other, exact.Value);
        return other.InvertMatch ? Excludes(condition, other) : Within(condition, other);
    }

    /// <summary>Whether a value fulfils a condition; null: the attribute is missing.</summary>
    public static bool Holds(HeaderMatcher condition, string? value)
    {
        if (IsPresence(condition, out var present)) return value is not null == present;
        if (value is null && !condition.TreatMissingHeaderAsEmpty) return false;
        return Fits(condition, value ?? "") != condition.InvertMatch;
    }

    private static bool Fits(HeaderMatcher condition, string value)
    {
        switch (condition.HeaderMatchSpecifierCase)
        {
            case Case.RangeMatch:
                return long.TryParse(value, out var number) && number >= condition.RangeMatch.Start && number < condition.RangeMatch.End;
            case Case.SafeRegexMatch:
                return RegexCache.Get(condition.SafeRegexMatch.Regex).IsMatch(value);
            default:
                return Text(condition) is { } text && text.Kind switch
                {
                    Case.ExactMatch => value.Equals(text.Value, text.Comparison),
                    Case.PrefixMatch => value.StartsWith(text.Value, text.Comparison),
                    Case.SuffixMatch => value.EndsWith(text.Value, text.Comparison),
                    _ => value.Contains(text.Value, text.Comparison),
                };
        }
    }

    private static bool IsPresence(HeaderMatcher condition, out bool present)
    {
        present = condition.HeaderMatchSpecifierCase == Case.None || condition.PresentMatch;
        if (condition.InvertMatch) present = !present;
        return condition.HeaderMatchSpecifierCase is Case.None or Case.PresentMatch;
    }

    private static bool AcceptsAnyValue(HeaderMatcher condition) => IsPresence(condition, out var present) && present;

    /// <summary>Neither is inverted, and the condition is not a single value.</summary>
    private static bool Within(HeaderMatcher condition, HeaderMatcher other)
    {
        if (condition.HeaderMatchSpecifierCase == Case.RangeMatch && other.HeaderMatchSpecifierCase == Case.RangeMatch)
            return condition.RangeMatch.Start >= other.RangeMatch.Start && condition.RangeMatch.End <= other.RangeMatch.End;
        if (Text(condition) is not { } inner || Text(other) is not { } outer || (inner.Fold && !outer.Fold)) return false;
        return (inner.Kind, outer.Kind) switch
        {
            (Case.ExactMatch or Case.PrefixMatch, Case.PrefixMatch) => inner.Value.StartsWith(outer.Value, outer.Comparison),
            (Case.ExactMatch or Case.SuffixMatch, Case.SuffixMatch) => inner.Value.EndsWith(outer.Value, outer.Comparison),
            (Case.ExactMatch, Case.ExactMatch) => inner.Value.Equals(outer.Value, outer.Comparison),
            (_, Case.ContainsMatch) => inner.Value.Contains(outer.Value, outer.Comparison),
            _ => false,
        };
    }

    /// <summary>The other one is inverted: nothing that fulfils the condition may be what the other one forbids.</summary>
    private static bool Excludes(HeaderMatcher condition, HeaderMatcher other)
    {
        if (condition.HeaderMatchSpecifierCase == Case.RangeMatch && other.HeaderMatchSpecifierCase == Case.RangeMatch)
            return condition.RangeMatch.End <= other.RangeMatch.Start || condition.RangeMatch.Start >= other.RangeMatch.End;
        if (Text(other) is { Kind: Case.ExactMatch, Fold: false } forbidden) return !Fits(condition, forbidden.Value);
        if (Text(condition) is not { } allowed || Text(other) is not { } prefix) return false;
        var comparison = allowed.Fold || prefix.Fold ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return (allowed.Kind, prefix.Kind) is (Case.PrefixMatch, Case.PrefixMatch)
            && !allowed.Value.StartsWith(prefix.Value, comparison) && !prefix.Value.StartsWith(allowed.Value, comparison);
    }

    private static TextMatch? Text(HeaderMatcher condition) => condition.HeaderMatchSpecifierCase switch
    {
        Case.ExactMatch => new(Case.ExactMatch, condition.ExactMatch, false),
        Case.PrefixMatch => new(Case.PrefixMatch, condition.PrefixMatch, false),
        Case.SuffixMatch => new(Case.SuffixMatch, condition.SuffixMatch, false),
        Case.ContainsMatch => new(Case.ContainsMatch, condition.ContainsMatch, false),
        Case.StringMatch => Text(condition.StringMatch),
        _ => null,
    };

    private static TextMatch? Text(StringMatcher matcher) => matcher.MatchPatternCase switch
    {
        StringMatcher.MatchPatternOneofCase.Exact => new(Case.ExactMatch, matcher.Exact, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Prefix => new(Case.PrefixMatch, matcher.Prefix, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Suffix => new(Case.SuffixMatch, matcher.Suffix, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Contains => new(Case.ContainsMatch, matcher.Contains, matcher.IgnoreCase),
        _ => null,
    };

    private readonly record struct TextMatch(Case Kind, string Value, bool Fold)
    {
        public StringComparison Comparison => Fold ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
    }
}
