using Meltemi.Resources.Aeraki;
using MatchKind = Meltemi.Resources.Aeraki.StringMatch.MatchTypeOneofCase;

namespace Meltemi.Resources.Validation;

/// <summary>
/// Conditions on attributes. As Aeraki's documentation has it, an empty condition (<c>user:</c>, <c>user: {}</c>, and also <c>exact:
/// ""</c>, which Aeraki's own gateway test uses so) asks whether the attribute is there; so does <c>regex: "*"</c>. An attribute that is
/// there and empty is <c>regex: "^$"</c>.
/// </summary>
internal static class AttributeRules
{
    public static void Check(MetaRouteMatch? match, FieldPath field)
    {
        if (match is null) return;
        Labels.Check(match.SourceLabels, field["sourceLabels"]);
        foreach (var (name, condition) in match.Attributes)
        {
            var entry = field["attributes"].Entry(name);
            if (name.Length == 0) entry.Error("an attribute's name is missing");
            Check(condition, entry);
        }
    }

    private static void Check(StringMatch condition, FieldPath field)
    {
        switch (condition.MatchTypeCase)
        {
            case MatchKind.Regex when condition.Regex is not ("" or "*"):
                Patterns.CheckRegex(condition.Regex, field["regex"]);
                break;
            case MatchKind.Range when condition.Range.Start >= condition.Range.End:
                field["range"].Warning($"there is no number from {condition.Range.Start} to before {condition.Range.End}");
                break;
            case MatchKind.Prefix when condition.Prefix.Length == 0:
                field["prefix"].Warning("every value begins with it; to ask whether the attribute is there, write {}");
                break;
            case MatchKind.Suffix when condition.Suffix.Length == 0:
                field["suffix"].Warning("every value ends with it; to ask whether the attribute is there, write {}");
                break;
            case MatchKind.Contains when condition.Contains.Length == 0:
                field["contains"].Warning("every value contains it; to ask whether the attribute is there, write {}");
                break;
        }

        if (condition.IgnoreCase && condition.MatchTypeCase is MatchKind.None or MatchKind.Range or MatchKind.Present)
            field["ignoreCase"].Warning("it has no effect here: no text is compared");
    }
}
