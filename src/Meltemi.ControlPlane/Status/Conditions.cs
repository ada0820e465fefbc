using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Status;

/// <summary>Makes the status of a resource from what is known about it. Pure.</summary>
public static class Conditions
{
    private const int MaxRefusals = 3;

    /// <summary>The status.</summary>
    /// <param name="before">What was said before: a condition that does not change keeps its time.</param>
    /// <param name="generation">Generation of the spec that all this is about.</param>
    /// <param name="findings">Problems, with the condition that each concerns.</param>
    /// <param name="use">How far it got; null: proxies are not concerned by this kind.</param>
    /// <param name="now">The time of changes.</param>
    public static ResourceStatus Make(ResourceStatus? before, long generation, ImmutableArray<Diagnostic> findings, ProxyUse? use, DateTimeOffset now)
    {
        var conditions = ImmutableArray.CreateBuilder<Condition>(3);
        conditions.Add(FromFindings(Condition.Accepted, "Valid", "Invalid", findings));
        conditions.Add(FromFindings(Condition.Resolved, "AllFound", "NotFound", findings));
        if (use is not null) conditions.Add(Programmed(use));
        for (var i = 0; i < conditions.Count; i++) conditions[i] = conditions[i] with { Since = Since(before, conditions[i], now) };
        return new ResourceStatus
        {
            ObservedGeneration = generation,
            Conditions = conditions.ToImmutable(),
            Messages = [.. findings.OrderByDescending(finding => finding.IsError).Select(finding => new StatusMessage(finding.IsError, finding.Path, finding.Text))],
        };
    }

    private static Condition FromFindings(string type, string good, string bad, ImmutableArray<Diagnostic> findings)
    {
        var errors = findings.Where(finding => finding.IsError && finding.Concerns == type).ToArray();
        if (errors.Length == 0) return new(type, true, good, "", default);
        var first = errors[0];
        var more = errors.Length > 1 ? $" (and {errors.Length - 1} more)" : "";
        return new(type, false, bad, $"{(first.Path.Length > 0 ? $"{first.Path}: " : "")}{first.Text}{more}", default);
    }

    private static Condition Programmed(ProxyUse use)
    {
        var awaited = use.Awaited.IsEmpty ? "" : $"; controller {string.Join(", ", use.Awaited)} has not taken it up yet";
        if (use.Uses == 0 && awaited.Length > 0) return new(Condition.Programmed, null, "Pending", $"no proxy so far{awaited}", default);
        if (use.Uses == 0) return new(Condition.Programmed, null, "NoProxy", "no connected proxy uses it", default);
        var count = $"{use.Runs} of {use.Uses} {(use.Uses == 1 ? "proxy" : "proxies")}";
        if (use.Runs == use.Uses && awaited.Length == 0) return new(Condition.Programmed, true, "InForce", count, default);
        if (use.Refusals.IsEmpty) return new(Condition.Programmed, null, "Pending", $"{count} so far{awaited}", default);
        var reasons = use.Refusals.Take(MaxRefusals).Select(refusal => $"{refusal.Proxy} refuses: {refusal.Reason}");
        var told = Math.Min(use.Refusals.Length, MaxRefusals);
        var more = use.Refused > told ? $"; {use.Refused - told} more refuse" : "";
        return new(Condition.Programmed, false, "Refused", $"{count}; {string.Join("; ", reasons)}{more}{awaited}", default);
    }

    private static DateTimeOffset Since(ResourceStatus? before, Condition condition, DateTimeOffset now)
    {
        foreach (var old in before?.Conditions ?? [])
        {
            if (old.Type == condition.Type && old.Holds == condition.Holds) return old.Since;
        }

        return now;
    }
}
