namespace Meltemi.ControlPlane.Api.Tables;

/// <summary>
/// Ages as kubectl prints them: the two units that matter, the second one only while the first is small (<c>45s</c>, <c>3m20s</c>, <c>5h</c>, <c>2d4h</c>).
/// </summary>
internal static class HumanDuration
{
    public static string Write(TimeSpan age)
    {
        if (age < TimeSpan.FromSeconds(-1)) return "<invalid>";
        var seconds = Math.Max(0, (long)age.TotalSeconds);
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < 120 => $"{seconds}s",
            < 600 => Two(minutes, "m", seconds % 60, "s"),
            < 3 * 3600 => $"{minutes}m",
            < 8 * 3600 => Two(hours, "h", minutes % 60, "m"),
            < 48 * 3600 => $"{hours}h",
            < 8 * 86400 => Two(days, "d", hours % 24, "h"),
            < 2 * 365 * 86400 => $"{days}d",
            < 8L * 365 * 86400 => Two(days / 365, "y", days % 365, "d"),
            _ => $"{days / 365}y",
        };
    }

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
