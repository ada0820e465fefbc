namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>All arms of one scenario.</summary>
internal sealed record ScenarioResult(Scenario Scenario, IReadOnlyList<ArmResult> Arms)
{
    public ArmResult? Arm(string name) => Arms.FirstOrDefault(arm => arm.Arm == name);

    /// <summary>The first wrong answer or lost connection; null: none.</summary>
    public string? Error => Arms
        .SelectMany(arm => arm.Samples.Select(sample => (arm.Arm, sample.Load.Error)))
        .Where(pair => pair.Error is not null)
        .Select(pair => $"{pair.Arm}: {pair.Error}")
        .FirstOrDefault();

    /// <summary>The targets with the ratios measured; empty if one of the two arms did not run.</summary>
    public IEnumerable<(Target Target, double Ratio)> Measured() =>
        Arm("meltemi") is { } ours && Arm("haproxy") is { } peer
            ? Scenario.Targets.Select(target => (target, ours.Ratio(peer, target.Figure)))
            : [];
}
