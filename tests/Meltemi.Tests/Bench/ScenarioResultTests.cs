using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Scenarios;

namespace Meltemi.Tests.Bench;

public class ScenarioResultTests
{
    [Fact]
    public void A_ratio_is_the_median_of_the_rounds_ratios()
    {
        var ours = new ArmResult("meltemi", [Round(1, 100), Round(2, 50), Round(3, 300)]);
        var peer = new ArmResult("haproxy", [Round(1, 50), Round(2, 20), Round(3, 1000)]);

        Assert.Equal(2, ours.Ratio(peer, Figure.Throughput));
        Assert.Equal(100, ours.Median(sample => sample.Load.AnswersPerSecond));
    }

    [Fact]
    public void The_median_of_two_rounds_lies_between_them()
    {
        Assert.Equal(75, new ArmResult("meltemi", [Round(1, 100), Round(2, 50)]).Median(sample => sample.Load.AnswersPerSecond));
    }

    [Theory]
    [InlineData(nameof(Figure.Throughput), 1.1, 1.2, true)]
    [InlineData(nameof(Figure.Throughput), 1.1, 1.0, false)]
    [InlineData(nameof(Figure.Cpu), 0.9, 0.8, true)]
    [InlineData(nameof(Figure.P99), 1.2, 1.3, false)]
    public void More_throughput_is_better_and_less_of_all_else(string figure, double target, double ratio, bool reached)
    {
        Assert.Equal(reached, new Target(Enum.Parse<Figure>(figure), target).IsReached(ratio));
    }

    [Fact]
    public void Without_both_arms_there_is_nothing_to_compare()
    {
        var scenario = Scenario.All[0];

        Assert.Empty(new ScenarioResult(scenario, [new ArmResult("meltemi", [Round(1, 1)])]).Measured());
    }

    [Fact]
    public void An_error_names_the_arm_it_was_seen_on()
    {
        var bad = Round(1, 1) with { Load = Round(1, 1).Load with { Error = "lost" } };
        var result = new ScenarioResult(Scenario.All[0], [new ArmResult("direct", [Round(1, 1)]), new ArmResult("nginx", [bad])]);

        Assert.Equal("nginx: lost", result.Error);
    }

    private static Sample Round(int round, long answers) => new()
    {
        Round = round,
        Load = new LoadResult { Answers = answers, Seconds = 1, P50 = 1, P90 = 1, P99 = 1, P999 = 1, Max = 1 },
        ProxyCpu = 1,
        GeneratorCpu = 1,
        UpstreamCpu = 1,
        ResidentBytes = 1,
    };
}
