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
        new("dubbo-8x1", Closed(ProtocolKind.Dubbo, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("dubbo-8x16", Closed(ProtocolKind.Dubbo, 8, 16), new Target(Figure.Throughput, 1.2)),
        new("dubbo-64x1", Closed(ProtocolKind.Dubbo, 64, 1), new Target(Figure.Throughput, 1.5)),
        new("dubbo-5krps", Closed(ProtocolKind.Dubbo, 8, 1) with { Rate = 5000 }, new Target(Figure.P50, 1.0), new Target(Figure.P99, 1.2)),
        new("dubbo-120kB", Closed(ProtocolKind.Dubbo, 8, 1) with { ArgumentLength = LargeArgument }, new Target(Figure.Throughput, 0.8)),
        new("thrift-8x1", Closed(ProtocolKind.Thrift, 8, 1), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("thrift-64x1", Closed(ProtocolKind.Thrift, 64, 1), new Target(Figure.Throughput, 1.5)),
        new("thrift-shared-8x1", Shared(8), new Target(Figure.Throughput, 1.1), new Target(Figure.Cpu, 0.9)),
        new("thrift-shared-64x1", Shared(64), new Target(Figure.Throughput, 1.5)),
    ];

    // The cluster is configured as one whose servers may get requests of several clients on one connection.
    private static LoadOptions Shared(int connections) => Closed(ProtocolKind.Thrift, connections, 1) with { SharesUpstream = true };

    private static LoadOptions Closed(ProtocolKind protocol, int connections, int outstanding) =>
        new() { Protocol = protocol, Connections = connections, Outstanding = outstanding };
}
