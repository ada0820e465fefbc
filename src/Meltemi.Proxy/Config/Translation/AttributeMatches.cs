using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Header matchers, as conditions on attributes.</summary>
internal static class AttributeMatches
{
    /// <param name="path">Path of the list.</param>
    public static ImmutableArray<AttributeMatch> Translate(IReadOnlyList<HeaderMatcher> matchers, TranslationContext context, string path)
    {
        var matches = ImmutableArray.CreateBuilder<AttributeMatch>(matchers.Count);
        for (var i = 0; i < matchers.Count; i++) matches.Add(Translate(matchers[i], context, $"{path}[{i}]"));
        return matches.ToImmutable();
    }

    private static AttributeMatch Translate(HeaderMatcher matcher, TranslationContext context, string path)
    {
        ValueMatch value = matcher.HeaderMatchSpecifierCase switch
        {
            HeaderMatcher.HeaderMatchSpecifierOneofCase.ExactMatch => new ExactMatch(matcher.ExactMatch),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.PrefixMatch => new PrefixMatch(matcher.PrefixMatch),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.SuffixMatch => new SuffixMatch(matcher.SuffixMatch),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.ContainsMatch => new ContainsMatch(matcher.ContainsMatch),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.SafeRegexMatch =>
                Expressions.Check(matcher.SafeRegexMatch.Regex, context, $"{path}.safe_regex_match.regex"),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.RangeMatch => new RangeMatch(matcher.RangeMatch.Start, matcher.RangeMatch.End),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.StringMatch => Translate(matcher.StringMatch, context, $"{path}.string_match"),
            HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch => new PresentMatch(matcher.PresentMatch),
            _ => new PresentMatch(),
        };
        if (value is RangeMatch range && range.Start >= range.End)
            context.Problems.Warning($"{path}.range_match", "the range is empty: its end is not above its start");
        return new AttributeMatch(matcher.Name, value, matcher.InvertMatch, matcher.TreatMissingHeaderAsEmpty);
    }

    private static ValueMatch Translate(StringMatcher matcher, TranslationContext context, string path)
    {
        if (matcher.IgnoreCase && matcher.MatchPatternCase == StringMatcher.MatchPatternOneofCase.SafeRegex)
            context.Problems.Warning($"{path}.ignore_case", "no effect on safe_regex; begin the expression with (?i)");
        switch (matcher.MatchPatternCase)
        {
            case StringMatcher.MatchPatternOneofCase.Exact:
                return new ExactMatch(matcher.Exact, matcher.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.Prefix:
                return new PrefixMatch(matcher.Prefix, matcher.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.Suffix:
                return new SuffixMatch(matcher.Suffix, matcher.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.Contains:
                return new ContainsMatch(matcher.Contains, matcher.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.SafeRegex:
                return Expressions.Check(matcher.SafeRegex.Regex, context, $"{path}.safe_regex.regex");
            default:
                context.Problems.Error($"{path}.match_pattern", "a pattern is needed");
                return new PresentMatch();
        }
    }
}
