using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using Meltemi.Resources.Aeraki;
using Meltemi.Xds.Expressions;
using Int64Range = Envoy.Type.V3.Int64Range;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Conditions on attributes, as header matchers. A condition whose text is empty asks whether the attribute is there, as Aeraki's
/// documentation has it. A condition that is inverted holds exactly when the plain one does not; an attribute that is missing counts as
/// empty then.
/// </summary>
internal static class AttributeMatchers
{
    /// <summary>
    /// The conditions in the order of their names, so that equal resources give equal messages; null: one of them cannot be tested
    /// (reported).
    /// </summary>
    public static IReadOnlyList<HeaderMatcher>? Translate(MetaRouteMatch? match, FieldPath path)
    {
        if (match is null) return [];
        var matchers = new List<HeaderMatcher>(match.Attributes.Count);
        var whole = true;
        foreach (var (name, condition) in match.Attributes.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (Translate(name, condition, path["attributes"].Entry(name)) is { } matcher)
                matchers.Add(matcher);
            else
                whole = false;
        }

        return whole ? matchers : null;
    }

    private static HeaderMatcher? Translate(string name, StringMatch match, FieldPath path)
    {
        if (AsPresence(match) is { } present) return new() { Name = name, PresentMatch = present != match.Invert };
        var matcher = new HeaderMatcher { Name = name, InvertMatch = match.Invert, TreatMissingHeaderAsEmpty = match.Invert };
        switch (match.MatchTypeCase)
        {
            case StringMatch.MatchTypeOneofCase.Range:
                matcher.RangeMatch = new Int64Range { Start = match.Range.Start, End = match.Range.End };
                if (match.Range.Start >= match.Range.End)
                    path["range"].Warning($"the range is empty: its end {match.Range.End} is the first number behind it");
                return matcher;
            case StringMatch.MatchTypeOneofCase.Regex:
                if (RegexCache.Complaint(match.Regex) is { } complaint)
                {
                    path["regex"].NotAccepted($"{complaint}; the route is left out");
                    return null;
                }

                matcher.SafeRegexMatch = new RegexMatcher { Regex = match.IgnoreCase ? $"(?i){match.Regex}" : match.Regex };
                return matcher;
            default:
                SetText(matcher, match);
                return matcher;
        }
    }

    /// <summary>Whether the condition is about the presence of the attribute: what it must be; null: it is about its value.</summary>
    private static bool? AsPresence(StringMatch match) => match.MatchTypeCase switch
    {
        StringMatch.MatchTypeOneofCase.None => true,
        StringMatch.MatchTypeOneofCase.Present => match.Present,
        StringMatch.MatchTypeOneofCase.Exact when match.Exact.Length == 0 => true,
        StringMatch.MatchTypeOneofCase.Prefix when match.Prefix.Length == 0 => true,
        StringMatch.MatchTypeOneofCase.Suffix when match.Suffix.Length == 0 => true,
        StringMatch.MatchTypeOneofCase.Contains when match.Contains.Length == 0 => true,
        StringMatch.MatchTypeOneofCase.Regex when match.Regex is "" or "*" => true,
        _ => null,
    };

    /// <summary>The older fields for what they can say: every version of Envoy and of Aeraki's proxy knows them.</summary>
    private static void SetText(HeaderMatcher matcher, StringMatch match)
    {
        switch (match.MatchTypeCase, match.IgnoreCase)
        {
            case (StringMatch.MatchTypeOneofCase.Exact, false):
                matcher.ExactMatch = match.Exact;
                break;
            case (StringMatch.MatchTypeOneofCase.Prefix, false):
                matcher.PrefixMatch = match.Prefix;
                break;
            case (StringMatch.MatchTypeOneofCase.Suffix, false):
                matcher.SuffixMatch = match.Suffix;
                break;
            case (StringMatch.MatchTypeOneofCase.Contains, false):
                matcher.ContainsMatch = match.Contains;
                break;
            case (StringMatch.MatchTypeOneofCase.Exact, true):
                matcher.StringMatch = new StringMatcher { Exact = match.Exact, IgnoreCase = true };
                break;
            case (StringMatch.MatchTypeOneofCase.Prefix, true):
                matcher.StringMatch = new StringMatcher { Prefix = match.Prefix, IgnoreCase = true };
                break;
            case (StringMatch.MatchTypeOneofCase.Suffix, true):
                matcher.StringMatch = new StringMatcher { Suffix = match.Suffix, IgnoreCase = true };
                break;
            default:
                matcher.StringMatch = new StringMatcher { Contains = match.Contains, IgnoreCase = true };
                break;
        }
    }
}
