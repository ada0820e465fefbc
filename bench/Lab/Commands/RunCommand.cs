using System.CommandLine;
using System.Text.Json;
using Meltemi.Bench.Lab.Arms;
using Meltemi.Bench.Lab.Report;
using Meltemi.Bench.Lab.Scenarios;

namespace Meltemi.Bench.Lab.Commands;

/// <summary><c>lab run</c>: scenarios over arms, side by side.</summary>
internal static class RunCommand
{
    private const int TargetMissed = 1;
    private const int WrongAnswers = 2;

    public static Command Create()
    {
        var scenarios = new Option<string[]>("--scenario")
        {
            Description = "Names or parts of them. Default: all of " + string.Join(", ", Scenario.All.Select(one => one.Name)) + ".",
            AllowMultipleArgumentsPerToken = true,
        };
        var armNames = new Option<string>("--arms")
        {
            Description = "Names with commas between. Default: " + string.Join(',', ArmFactory.Names),
        };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "Measured per arm and round.", DefaultValueFactory = _ => 1.2 };
        var quick = new Option<bool>("--quick") { Description = "Two rounds of half a second each." };
        var json = new Option<FileInfo?>("--json") { Description = "File for all samples." };
        var meltemi = new MeltemiOptions();
        var command = new Command("run", "Measures the arms in turn and compares them. Exit code 1: a target missed, 2: a wrong answer.")
        {
            scenarios, armNames, rounds, seconds, quick, json, meltemi.Path, meltemi.Arguments,
        };
        command.SetAction(parsed =>
        {
            var plan = parsed.GetValue(quick)
                ? new RunPlan { Rounds = 2, Duration = TimeSpan.FromSeconds(0.5), FirstWarmUp = TimeSpan.FromSeconds(1) }
                : new RunPlan { Rounds = parsed.GetValue(rounds), Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)) };
            var wanted = parsed.GetValue(scenarios) ?? [];
            var chosen = Scenario.All.Where(one => wanted.Length == 0 || wanted.Any(one.Name.Contains)).ToArray();
            if (chosen.Length == 0)
                throw new ArgumentException($"No scenario is named like '{string.Join(' ', wanted)}'.");
            using var bench = new Workbench(meltemi.Program(parsed));
            var arms = bench.Open(parsed.GetValue(armNames)?.Split(',') ?? bench.DefaultArms());
            var results = Run(new Runner(arms, bench.Upstream, plan), chosen);
            if (parsed.GetValue(json) is { } file)
                File.WriteAllText(file.FullName, JsonSerializer.Serialize(results, JsonFile.Options));
            return ExitCode(results);
        });
        return command;
    }

    private static List<ScenarioResult> Run(Runner runner, Scenario[] scenarios)
    {
        foreach (var lane in scenarios.Select(one => one.Load.Lane).Distinct())
        {
            if (runner.WarmUp(lane) is { } error)
                throw new InvalidOperationException(error);
        }
        var results = new List<ScenarioResult>();
        foreach (var scenario in scenarios)
        {
            results.Add(runner.Run(scenario));
            Table.Print(results[^1], Console.Out);
        }
        return results;
    }

    private static int ExitCode(List<ScenarioResult> results)
    {
        if (results.Any(result => result.Error is not null))
            return WrongAnswers;
        return results.SelectMany(result => result.Measured()).All(pair => pair.Target.IsReached(pair.Ratio)) ? 0 : TargetMissed;
    }
}
