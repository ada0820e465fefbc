namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>The alphabet of Prometheus' names (data model, "Metric names and labels").</summary>
internal static class MetricName
{
    /// <summary><c>[a-zA-Z_:][a-zA-Z0-9_:]*</c>.</summary>
    public static bool IsMetric(string name) => IsName(name, colons: true);

    /// <summary><c>[a-zA-Z_][a-zA-Z0-9_]*</c>; a double underscore in front is Prometheus' own.</summary>
    public static bool IsLabel(string name) => IsName(name, colons: false) && !name.StartsWith("__", StringComparison.Ordinal);

    private static bool IsName(string name, bool colons)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !(colons && c == ':')) return false;
        }

        return true;
    }
}
