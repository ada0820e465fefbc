namespace Meltemi.Bench.Lab.Load;

/// <summary>What load to make.</summary>
internal sealed record LoadOptions
{
    public required Lane Lane { get; init; }

    public int Connections { get; init; } = 8;

    /// <summary>Requests in flight on each connection; the next is sent when an answer came. Not used with <see cref="Rate"/>.</summary>
    public int Outstanding { get; init; } = 1;

    /// <summary>
    /// Requests a second over all connections, sent at fixed times however late the answers are; latency counts from the time at which a
    /// request was due. 0: closed loop.
    /// </summary>
    public int Rate { get; init; }

    /// <summary>Characters in the argument. The default makes a Dubbo request of 250 bytes.</summary>
    public int ArgumentLength { get; init; } = 40;

    /// <summary>The upstream repeats the argument in its answer.</summary>
    public bool Echo { get; init; } = true;

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The measured time goes on beyond <see cref="Duration"/> until there are so many answers. Default 0.</summary>
    public long LeastAnswers { get; init; }
}
