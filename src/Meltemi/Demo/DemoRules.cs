using System.Collections.Immutable;

namespace Meltemi.Program.Demo;

/// <summary>The routing rules of a moment, the same for both services.</summary>
/// <param name="CanaryPercent">Share of the calls that go to v2, 0 to 100.</param>
/// <param name="JasonToV2">Calls of the user jason go to v2, whatever the share.</param>
internal sealed record DemoRules(int CanaryPercent, bool JasonToV2 = false)
{
    /// <summary>Name of the user with a rule of his own.</summary>
    public const string Jason = "jason";

    /// <summary>The canary weights that the demo goes through.</summary>
    public static readonly ImmutableArray<int> Weights = [0, 10, 50, 100];

    /// <summary>What the demo goes through by itself: every weight, then the rule for jason while nobody else sees v2.</summary>
    public static readonly ImmutableArray<DemoRules> Tour = [.. Weights.Select(weight => new DemoRules(weight)), new(0, JasonToV2: true)];

    /// <summary>As a line of text.</summary>
    public override string ToString() => $"canary {CanaryPercent,3} %{(JasonToV2 ? ", jason to v2" : "")}";
}
