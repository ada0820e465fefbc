using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>One arm's figures in one round. Processor times are microseconds per request.</summary>
internal sealed record Sample
{
    public required int Round { get; init; }

    public required LoadResult Load { get; init; }

    /// <summary>Of the proxy, all its threads and processes; 0 for the direct arm.</summary>
    public required double ProxyCpu { get; init; }

    public required double GeneratorCpu { get; init; }

    public required double UpstreamCpu { get; init; }

    /// <summary>Of the proxy, at the end of the round.</summary>
    public required long ResidentBytes { get; init; }

    public double this[Figure figure] => figure switch
    {
        Figure.Throughput => Load.AnswersPerSecond,
        Figure.Cpu => ProxyCpu,
        Figure.P50 => Load.P50,
        Figure.P99 => Load.P99,
        _ => Load.P999,
    };
}
