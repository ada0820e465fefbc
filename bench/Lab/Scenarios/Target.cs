namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>The ratio of an arm's figure to another's that is to be reached: at least for throughput, at most for all else.</summary>
internal sealed record Target(Figure Figure, double Ratio)
{
    /// <summary>What policies that have nothing to do may cost a request.</summary>
    public static readonly Target IdlePolicies = new(Figure.Cpu, 1.1);

    public bool IsReached(double ratio) => Figure == Figure.Throughput ? ratio >= Ratio : ratio <= Ratio;
}
