using System.Globalization;

namespace Meltemi.Bench.ControlPlane;

/// <summary>Prints figures, one a line, so that runs can be compared by eye and by program.</summary>
internal static class Figures
{
    /// <summary>A figure.</summary>
    public static void Print(string name, double value, string unit) =>
        Console.WriteLine($"{name,-52} {value.ToString(value is >= 100 or <= -100 ? "N0" : "0.##", CultureInfo.InvariantCulture),12} {unit}");

    /// <summary>A value of a sorted list at a share of it.</summary>
    public static double Percentile(IReadOnlyList<double> values, double share)
    {
        if (values.Count == 0) return double.NaN;
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1 < 0 ? 0 : (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    /// <summary>Resident memory of this process in MiB.</summary>
    public static double ResidentMiB()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return double.NaN;
    }
}
