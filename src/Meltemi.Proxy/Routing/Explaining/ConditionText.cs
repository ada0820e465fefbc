using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Explaining;

/// <summary>Conditions in words.</summary>
public static class ConditionText
{
    /// <summary>What a condition wants, such as <c>user is not "jason"</c>.</summary>
    public static string Of(AttributeMatch match)
    {
        var text = $"{match.Attribute} {(match.Invert ? Denied(match.Value) : Plain(match.Value))}";
        return match.MissingAsEmpty ? $"{text}, missing counts as empty" : text;
    }

    private static string Plain(ValueMatch value) => value switch
    {
        ExactMatch exact => $"is \"{exact.Value}\"{Case(exact.IgnoreCase)}",
        PrefixMatch prefix => $"starts with \"{prefix.Value}\"{Case(prefix.IgnoreCase)}",
        SuffixMatch suffix => $"ends with \"{suffix.Value}\"{Case(suffix.IgnoreCase)}",
        ContainsMatch contains => $"contains \"{contains.Value}\"{Case(contains.IgnoreCase)}",
        RegexMatch regex => $"matches {regex.Pattern}",
        RangeMatch range => $"is a number from {range.Start} up to, not including, {range.End}",
        PresentMatch { Present: false } => "is missing",
        PresentMatch => "is there",
        _ => value.ToString(),
    };

    private static string Denied(ValueMatch value) => value switch
    {
        ExactMatch or RangeMatch => $"is not{Plain(value)[2..]}",
        PrefixMatch => $"does not start{Plain(value)[6..]}",
        SuffixMatch => $"does not end{Plain(value)[4..]}",
        ContainsMatch => $"does not contain{Plain(value)[8..]}",
        RegexMatch => $"does not match{Plain(value)[7..]}",
        PresentMatch present => Plain(new PresentMatch(!present.Present)),
        _ => $"not: {value}",
    };

    private static string Case(bool ignore) => ignore ? " in any case" : "";
}
