namespace Meltemi.Bench.Lab.Load;

/// <summary>What a load saw. Latencies in microseconds.</summary>
internal sealed record LoadResult
{
    /// <summary>Answers in the measured time.</summary>
    public required long Answers { get; init; }

    public required double Seconds { get; init; }

    public required double P50 { get; init; }

    public required double P90 { get; init; }

    public required double P99 { get; init; }

    public required double P999 { get; init; }

    public required double Max { get; init; }

    /// <summary>The first thing that went wrong, at which the load ended; null: every answer was right.</summary>
    public string? Error { get; init; }

    public double AnswersPerSecond => Answers / Seconds;

    public static LoadResult From(Histogram latencies, double seconds, string? error) => new()
    {
        Answers = latencies.Count,
        Seconds = seconds,
        P50 = latencies.Percentile(50) / 1e3,
        P90 = latencies.Percentile(90) / 1e3,
        P99 = latencies.Percentile(99) / 1e3,
        P999 = latencies.Percentile(99.9) / 1e3,
        Max = latencies.Max / 1e3,
        Error = error,
    };
}
