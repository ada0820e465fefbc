namespace Meltemi.Transport;

/// <summary>What becomes of connections to an address of a <see cref="MemoryKernel"/>.</summary>
/// <param name="Error">0: established if somebody listens; else an <see cref="Errno"/>; -1: never any answer.</param>
/// <param name="DelayMilliseconds">Time to the outcome.</param>
public readonly record struct ConnectOutcome(int Error, int DelayMilliseconds = 0)
{
    /// <summary>Established at once if somebody listens, else refused. The default.</summary>
    public static ConnectOutcome Normal => default;

    /// <summary>Refused although somebody may listen.</summary>
    public static ConnectOutcome Refuse => new(Errno.ECONNREFUSED);

    /// <summary>No route: fails in the call itself.</summary>
    public static ConnectOutcome Unreachable => new(Errno.ENETUNREACH);

    /// <summary>No answer: only a time-out ends it.</summary>
    public static ConnectOutcome Hang => new(-1);

    /// <summary>Established after a time.</summary>
    public static ConnectOutcome After(int milliseconds) => new(0, milliseconds);
}
