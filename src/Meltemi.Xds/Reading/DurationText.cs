using System.Globalization;
using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>Durations in protobuf's JSON form: <c>5s</c>, <c>0.25s</c>, <c>-1.5s</c>.</summary>
internal static class DurationText
{
    /// <summary>Ten thousand years, protobuf's own limit.</summary>
    private const long MaxSeconds = 315_576_000_000;

    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <param name="complaint">What is wrong, if the answer is false.</param>
    public static bool TryParse(YamlNode node, out long seconds, out int nanos, out string complaint)
    {
        (seconds, nanos) = (0, 0);
        complaint = $"expected a duration such as 5s or 0.25s, found {node.Kind}";
        if (node is YamlMapping mapping) return TryParseObject(mapping, ref seconds, ref nanos);
        if (node is not YamlScalar { Text: var text }) return false;
        if (text is not [.., 's'] || !decimal.TryParse(text.AsSpan(0, text.Length - 1), Style, CultureInfo.InvariantCulture, out var value))
        {
            if (InSeconds(text) is { } meant) complaint += $"; did you mean {meant}?";
            return false;
        }

        if (Math.Abs(value) > MaxSeconds) return false;
        var whole = decimal.Truncate(value);
        (seconds, nanos) = ((long)whole, (int)((value - whole) * 1_000_000_000m));
        return true;
    }

    private static bool TryParseObject(YamlMapping mapping, ref long seconds, ref int nanos)
    {
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is not YamlScalar { Text: var text }) return false;
            var known = entry.Key switch
            {
                "seconds" => long.TryParse(text, Style, CultureInfo.InvariantCulture, out seconds) && Math.Abs(seconds) <= MaxSeconds,
                "nanos" => int.TryParse(text, Style, CultureInfo.InvariantCulture, out nanos) && Math.Abs((long)nanos) < 1_000_000_000,
                _ => false,
            };
            if (!known) return false;
        }

        return true;
    }

    /// <summary>What is written with another unit, or with none, in seconds.</summary>
    private static string? InSeconds(string text)
    {
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        if (!decimal.TryParse(digits, Style, CultureInfo.InvariantCulture, out var value) || Math.Abs(value) > 1_000_000_000) return null;
        decimal? seconds = text[digits.Length..] switch
        {
            "" => value,
            "us" => value / 1_000_000,
            "ms" => value / 1000,
            "m" or "min" => value * 60,
            "h" => value * 3600,
            "d" => value * 86_400,
            _ => null,
        };
        return seconds is { } meant ? $"{meant.ToString("0.#########", CultureInfo.InvariantCulture)}s" : null;
    }
}
