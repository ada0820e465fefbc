namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>The ratio of meltemi's figure to HAProxy's that is to be reached: at least for throughput, at most for all else.</summary>
internal sealed record Target(Figure Figure, double Ratio)
{
    public bool IsReached(double ratio) => Figure == Figure.Throughput ? ratio >= Ratio : ratio <= Ratio;
}
