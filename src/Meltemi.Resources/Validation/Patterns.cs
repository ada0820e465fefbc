using Meltemi.Resources.Istio;
using Meltemi.Xds.Expressions;

namespace Meltemi.Resources.Validation;

/// <summary>Conditions on texts.</summary>
internal static class Patterns
{
    private const int MaxShown = 60;

    /// <summary>Checks a regular expression, which must match whole values in linear time.</summary>
    public static void CheckRegex(string regex, FieldPath field) =>
        field.ErrorIf($"'{(regex.Length > MaxShown ? $"{regex.AsSpan(0, MaxShown)}..." : regex)}'", RegexCache.Complaint(regex));

    /// <summary>Checks one of Istio's conditions.</summary>
    public static void Check(StringMatch? match, FieldPath field)
    {
        if (match is { MatchTypeCase: StringMatch.MatchTypeOneofCase.Regex }) CheckRegex(match.Regex, field["regex"]);
    }

    /// <summary>Checks conditions by the names of headers or parameters.</summary>
    public static void CheckAll(IEnumerable<KeyValuePair<string, StringMatch>> matches, FieldPath field)
    {
        foreach (var (name, match) in matches)
        {
            if (name.Length == 0) field.Entry(name).Error("a name is missing");
            Check(match, field.Entry(name));
        }
    }
}
