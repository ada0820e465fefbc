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

    /// <summary>
    /// The targets with the ratios measured, those for meltemi beside HAProxy and the one for idle policies beside meltemi without; none whose arms did
    /// not run.
    /// </summary>
    public IEnumerable<(Target Target, string Arm, string Of, double Ratio)> Measured()
    {
        if (Arm("meltemi") is not { } ours)
            yield break;
        if (Arm("haproxy") is { } peer)
        {
            foreach (var target in Scenario.Targets)
                yield return (target, ours.Arm, peer.Arm, ours.Ratio(peer, target.Figure));
        }
        if (Arm("policies") is { } policies)
            yield return (Target.IdlePolicies, policies.Arm, ours.Arm, policies.Ratio(ours, Figure.Cpu));
    }
}
