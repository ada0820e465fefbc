namespace Meltemi.Bench.Lab.Scenarios;

/// <summary>What can be compared between arms.</summary>
internal enum Figure
{
    /// <summary>Answers a second: more is better. All others: less is better.</summary>
    Throughput,

    /// <summary>The proxy's processor time per request.</summary>
    Cpu,

    /// <summary>Median latency.</summary>
    P50,

    /// <summary>99th percentile of latency.</summary>
    P99,

    /// <summary>99.9th percentile of latency.</summary>
    P999,
}
