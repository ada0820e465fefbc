using Meltemi.Bench.Lab.Arms;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>
/// Runs scenarios over the arms, in turn: A B C, A B C and so on, so that slow changes of the machine meet all arms alike. Proxies stay up
/// for the whole run; the one thread that makes the load is the caller's.
/// </summary>
internal sealed class Runner(IReadOnlyList<Arm> arms, ChildProcess upstream, RunPlan plan)
{
    /// <summary>
    /// Load for a while on each arm, not measured, so that all programs here that compile as they run have done so before the first round.
    /// </summary>
    public string? WarmUp(Lane lane)
    {
        foreach (var arm in arms)
        {
            var load = new LoadOptions { Lane = lane, WarmUp = TimeSpan.Zero, Duration = plan.FirstWarmUp };
            var result = Generator.Run(load, arm.EndPoint(lane));
            if (result.Error is not null)
                return $"{arm.Name}: {result.Error}";
        }
        return null;
    }

    /// <summary>Runs all rounds, or up to the first error.</summary>
    public ScenarioResult Run(Scenario scenario)
    {
        scenario = scenario with { Load = scenario.Load with { WarmUp = plan.WarmUp, Duration = plan.Duration } };
        var samples = arms.ToDictionary(arm => arm, _ => new List<Sample>());
        var failed = false;
        for (var round = 1; round <= plan.Rounds && !failed; round++)
        {
            foreach (var arm in arms)
            {
                var sample = Measure(arm, scenario.Load, round);
                samples[arm].Add(sample);
                failed |= sample.Load.Error is not null;
            }
        }
        return new ScenarioResult(scenario, [.. arms.Select(arm => new ArmResult(arm.Name, samples[arm]))]);
    }

    private Sample Measure(Arm arm, LoadOptions load, int round)
    {
        var (proxy, generator, server) = (0L, 0L, 0L);
        var result = Generator.Run(load, arm.EndPoint(load.Lane), () => Count(-1), () => Count(1));
        return new Sample
        {
            Round = round,
            Load = result,
            ProxyCpu = PerRequest(proxy),
            GeneratorCpu = PerRequest(generator),
            UpstreamCpu = PerRequest(server),
            ResidentBytes = arm.ResidentBytes(),
        };

        void Count(int sign)
        {
            proxy += sign * arm.CpuNanoseconds();
            generator += sign * CpuClock.Nanoseconds(Environment.ProcessId);
            server += sign * CpuClock.Nanoseconds(upstream.Id);
        }

        double PerRequest(long nanoseconds) => nanoseconds / 1e3 / Math.Max(1, result.Answers);
    }
}
