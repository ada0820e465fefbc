using System.Buffers;
using System.Globalization;

namespace Meltemi.Xds.Reading;

/// <summary>Durations as Go writes them: numbers with units, one after the other, such as <c>1m30s</c> or <c>1.5h</c>.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>The duration in seconds.</summary>
    public static bool TryParse(string text, out decimal value)
    {
        value = 0;
        var rest = text.AsSpan();
        var negative = rest is ['-', ..];
        if (negative || rest is ['+', ..]) rest = rest[1..];
        if (rest.IsEmpty) return false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits is <= 0 or > 18) return false; // so nothing below can overflow
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var next = rest.IndexOfAny(Digits);
            var unit = next < 0 ? rest : rest[..next];
            if (Seconds(unit) is not { } seconds) return false;
            value += number * seconds;
            rest = rest[unit.Length..];
        }

        if (negative) value = -value;
        return true;
    }

    /// <summary>A unit in seconds; null if there is no such unit.</summary>
    public static decimal? Seconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.000_000_001m,
        "us" or "\u00b5s" or "\u03bcs" => 0.000_001m, // both signs for micro
        "ms" => 0.001m,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => null,
    };
}
