using System.CommandLine.Parsing;
using System.Globalization;

namespace Meltemi.Program;

/// <summary>Durations on the command line: <c>10s</c>, <c>500ms</c>, <c>1.5m</c>, <c>1h</c>.</summary>
internal static class Durations
{
    public static TimeSpan Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.AsSpan().TrimEnd("hms");
        double? unit = text[digits.Length..] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, _ => null };
        if (unit is { } milliseconds
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * milliseconds <= int.MaxValue)
            return TimeSpan.FromMilliseconds(value * milliseconds);
        result.AddError($"'{text}' is not a duration such as 10s, 500ms or 1m.");
        return default;
    }
}
