using System.Globalization;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>Durations in protobuf's JSON form (<c>5s</c>, <c>0.25s</c>, <c>-1.5s</c>) and in Go's (<c>1m30s</c>, <c>250ms</c>).</summary>
internal static class DurationText
{
    /// <summary>Ten thousand years, protobuf's own limit.</summary>
    private const long MaxSeconds = 315_576_000_000;

    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <param name="complaint">What is wrong, if the answer is false.</param>
    public static bool TryParse(YamlNode node, Dialect dialect, out long seconds, out int nanos, out string complaint)
    {
        (seconds, nanos) = (0, 0);
        var likeGo = dialect == Dialect.Kubernetes;
        complaint = $"expected a duration such as {(likeGo ? "5s, 250ms or 1m30s" : "5s or 0.25s")}, found {node.Kind}";
        if (node is YamlMapping mapping && !likeGo) return TryParseObject(mapping, ref seconds, ref nanos);
        if (node is not YamlScalar { Text: var text }) return false;
        if (!TryParseSeconds(text, out var value) && !(likeGo && GoDuration.TryParse(text, out value)))
        {
            if (InSeconds(text) is { } meant) complaint += $"; did you mean {meant}?";
            return false;
        }

        if (Math.Abs(value) > MaxSeconds) return false;
        var whole = decimal.Truncate(value);
        (seconds, nanos) = ((long)whole, (int)((value - whole) * 1_000_000_000m));
        return true;
    }

    private static bool TryParseSeconds(string text, out decimal value)
    {
        value = 0;
        return text is [.., 's'] && decimal.TryParse(text.AsSpan(0, text.Length - 1), Style, CultureInfo.InvariantCulture, out value);
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
        var seconds = value * text[digits.Length..] switch
        {
            "" => 1,
            "min" => 60,
            "d" => 86_400,
            var unit => GoDuration.Seconds(unit),
        };
        return seconds is { } meant ? $"{meant.ToString("0.#########", CultureInfo.InvariantCulture)}s" : null;
    }
}
