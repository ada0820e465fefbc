namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>All rounds of one arm in one scenario.</summary>
internal sealed record ArmResult(string Arm, IReadOnlyList<Sample> Samples)
{
    /// <summary>The median over the rounds of one figure.</summary>
    public double Median(Func<Sample, double> figure) => MedianOf(Samples.Select(figure));

    /// <summary>
    /// The median of the rounds' ratios to <paramref name="other"/>: the two were measured right after each other in each round, so that
    /// what disturbs the machine for a while disturbs both.
    /// </summary>
    public double Ratio(ArmResult other, Figure figure) =>
        MedianOf(Samples.Zip(other.Samples, (mine, theirs) => mine[figure] / theirs[figure]));

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
