using System.Globalization;
using Meltemi.Bench.Lab.Scenarios;

namespace Meltemi.Bench.Lab.Report;

/// <summary>A scenario's result as text.</summary>
internal static class Table
{
    private const string Columns = "{0,-10}{1,12}{2,10}{3,10}{4,10}{5,12}{6,12}{7,12}{8,10}";

    public static void Print(ScenarioResult result, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(result.Scenario.Name);
        Row(output, "arm", "answers/s", "p50 us", "p99 us", "p99.9 us", "proxy us", "generator", "upstream", "RSS MiB");
        foreach (var arm in result.Arms)
        {
            Row(
                output,
                arm.Arm,
                arm.Median(sample => sample.Load.AnswersPerSecond).ToString("N0", CultureInfo.InvariantCulture),
                Short(arm.Median(sample => sample.Load.P50)),
                Short(arm.Median(sample => sample.Load.P99)),
                Short(arm.Median(sample => sample.Load.P999)),
                Short(arm.Median(sample => sample.ProxyCpu)),
                Short(arm.Median(sample => sample.GeneratorCpu)),
                Short(arm.Median(sample => sample.UpstreamCpu)),
                Short(arm.Median(sample => sample.ResidentBytes) / (1 << 20)));
        }
        PrintRatios(result, output);
        if (result.Error is { } error)
            output.WriteLine($"  FAILED  {error}");
    }

    private static void PrintRatios(ScenarioResult result, TextWriter output)
    {
        if (result.Arm("meltemi") is not { } ours)
            return;
        foreach (var peer in result.Arms.Where(arm => arm.Arm is "haproxy" or "nginx"))
        {
            var ratios = Enum.GetValues<Figure>().Select(figure =>
                string.Create(CultureInfo.InvariantCulture, $"{NameOf(figure)} {ours.Ratio(peer, figure):F2}"));
            output.WriteLine($"  meltemi / {peer.Arm,-8} {string.Join("   ", ratios)}");
        }
        foreach (var (target, arm, of, ratio) in result.Measured())
        {
            var bound = target.Figure == Figure.Throughput ? "at least" : "at most";
            var mark = target.IsReached(ratio) ? "pass" : "MISS";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {mark}  {arm} {NameOf(target.Figure)} {ratio:F2} ({bound} {target.Ratio:F2} of {of})"));
        }
    }

    private static void Row(TextWriter output, params object[] cells) =>
        output.WriteLine("  " + string.Format(CultureInfo.InvariantCulture, Columns, cells));

    private static string NameOf(Figure figure) => figure.ToString().ToLowerInvariant();

    private static string Short(double value) =>
        value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
