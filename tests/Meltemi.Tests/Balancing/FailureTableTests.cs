using System.Globalization;
using System.Text;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Config;

namespace Meltemi.Tests.Balancing;

/// <summary>The table in docs/balancing.md is what the balancers do.</summary>
public class FailureTableTests
{
    private static readonly (string Name, BalancerConfig Config, Func<int, PlaceConfig>? Place)[] Rows =
    [
        ("round robin", new(), null),
        ("random", new() { Kind = BalancerKind.Random }, null),
        ("least request", new() { Kind = BalancerKind.LeastRequest }, null),
        ("least request, all compared", new() { Kind = BalancerKind.LeastRequest, FullScan = true }, null),
        ("peak EWMA", new() { Kind = BalancerKind.PeakEwma }, null),
        ("ring hash, 1024 points", new() { Kind = BalancerKind.RingHash }, null),
        ("ring hash, 100,000 points", new() { Kind = BalancerKind.RingHash, MinRingSize = 100_000 }, null),
        ("ring hash, 100,000 points, loads up to 125 %", new() { Kind = BalancerKind.RingHash, MinRingSize = 100_000, HashBalanceFactor = 125 }, null),
        ("Maglev", new() { Kind = BalancerKind.Maglev }, null),
        ("Maglev, loads up to 125 %", new() { Kind = BalancerKind.Maglev, HashBalanceFactor = 125 }, null),
        ("round robin, priorities of 5 and 5", new(), i => new(LocalityConfig.None, Priority: i < 5 ? 0u : 1u)),
        ("round robin, places of 5 and 5, equal weights", new() { Localities = new WeightedLocalities() }, i => new(new(i < 5 ? "a" : "b"), Weight: 1)),
    ];

    [Fact]
    public void The_table_in_the_documentation_is_what_happens()
    {
        var table = new StringBuilder();
        table.Append("| | fast errors | time-outs | largest load | keys moved | keys moved when one of the others is no longer listed |\n|---|---|---|---|---|---|\n");
        foreach (var (name, config, place) in Rows)
        {
            var simulation = new FailureSimulation(config, place);
            var (errors, timeouts, load) = (simulation.ShareOfFastErrors(), simulation.ShareOfTimeouts(), simulation.LargestLoadWithoutIt());
            var moves = config.IsHashing ? $"{Percent(simulation.KeysMovedWithoutIt())} | {Percent(simulation.KeysMovedWhenGone())}" : "- | -";
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {Percent(errors)} | {Percent(timeouts)} | {load:0.00}x | {moves} |\n");
        }

        var page = File.ReadAllText(Path.Combine(SampleFileTests.Samples, "..", "..", "docs", "balancing.md"));
        Assert.True(page.Contains(table.ToString(), StringComparison.Ordinal), $"docs/balancing.md should have this table:\n{table}");
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");
}
