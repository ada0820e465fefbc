namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>How long and how often.</summary>
internal sealed record RunPlan
{
    public int Rounds { get; init; } = 5;

    /// <summary>Measured time per arm and round.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(1.2);

    /// <summary>Time before it, under the same load.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>Time at the start of the run per arm and protocol.</summary>
    public TimeSpan FirstWarmUp { get; init; } = TimeSpan.FromSeconds(1.5);
}
