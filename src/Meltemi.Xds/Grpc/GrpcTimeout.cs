using System.Globalization;

namespace Meltemi.Xds.Grpc;

/// <summary>The header <c>grpc-timeout</c>: at most eight digits and a unit, one of <c>H M S m u n</c>.</summary>
internal static class GrpcTimeout
{
    private const int MaxDigits = 8;
    private const long Most = 99_999_999;

    private static readonly (char Unit, double Ticks)[] Units =
    [
        ('n', 0.01), ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond), ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>In the finest unit from microseconds that holds it, rounded up.</summary>
    public static string Format(TimeSpan timeout)
    {
        foreach (var (unit, ticks) in Units.AsSpan(1))
        {
            var count = Math.Ceiling(Math.Max(0, timeout.Ticks) / ticks);
            if (count <= Most) return string.Create(CultureInfo.InvariantCulture, $"{(long)count}{unit}");
        }

        return $"{Most}H";
    }

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1) return false;
        if (!long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        foreach (var (unit, ticks) in Units)
        {
            if (text[^1] != unit) continue;
            timeout = TimeSpan.FromTicks((long)Math.Ceiling(count * ticks));
            return true;
        }

        return false;
    }
}
