using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>A load with a name, and what the meltemi arm is to reach beside HAProxy.</summary>
internal sealed record Scenario(string Name, LoadOptions Load, params Target[] Targets)
{
    // Large messages: a 120 kB argument in about as large a request, echoed.
    private const int LargeArgument = 120_000;

    /// <summary>What <c>lab run</c> runs when it is not told otherwise.</summary>
    public static readonly Scenario[] All =
    [
        new("dubbo-8x1", Closed(Lane.Dubbo, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("dubbo-8x16", Closed(Lane.Dubbo, 8, 16), new Target(Figure.Throughput, 1.2)),
        new("dubbo-64x1", Closed(Lane.Dubbo, 64, 1), new Target(Figure.Throughput, 1.5)),
        new("dubbo-5krps", Closed(Lane.Dubbo, 8, 1) with { Rate = 5000 }, new Target(Figure.P50, 1.0), new Target(Figure.P99, 1.2)),
        new("dubbo-120kB", Closed(Lane.Dubbo, 8, 1) with { ArgumentLength = LargeArgument }, new Target(Figure.Throughput, 0.8)),
        new("thrift-8x1", Closed(Lane.Thrift, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("thrift-64x1", Closed(Lane.Thrift, 64, 1), new Target(Figure.Throughput, 1.5)),
        new("thrift-shared-8x1", Closed(Lane.SharedThrift, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("thrift-shared-64x1", Closed(Lane.SharedThrift, 64, 1), new Target(Figure.Throughput, 1.5)),
        new("bolt-8x1", Closed(Lane.Bolt, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("bolt-8x16", Closed(Lane.Bolt, 8, 16), new Target(Figure.Throughput, 1.2)),
        new("bolt-64x1", Closed(Lane.Bolt, 64, 1), new Target(Figure.Throughput, 1.5)),
        new("bolt-described-8x1", Closed(Lane.DescribedBolt, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("bolt-described-8x16", Closed(Lane.DescribedBolt, 8, 16), new Target(Figure.Throughput, 1.2)),
        new("bolt-described-64x1", Closed(Lane.DescribedBolt, 64, 1), new Target(Figure.Throughput, 1.5)),
    ];

    private static LoadOptions Closed(Lane lane, int connections, int outstanding) =>
        new() { Lane = lane, Connections = connections, Outstanding = outstanding };
}
