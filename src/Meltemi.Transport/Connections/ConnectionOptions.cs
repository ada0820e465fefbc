using System.Net;

namespace Meltemi.Transport;

/// <summary>Settings of connections, outgoing or accepted.</summary>
public sealed record ConnectionOptions
{
    /// <summary>All defaults.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>How long connecting may take. Default 5 s; zero: as long as the kernel tries (about 2 minutes).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long <see cref="Connection.Close"/> may take to send what is pending and to see the peer's end. Default 5 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pending bytes above which <see cref="IConnectionHandler.OnHighWatermark"/> is called. Default 1 MiB.</summary>
    public int HighWatermark { get; init; } = 1024 * 1024;

    /// <summary>
    /// Pending bytes at or below which <see cref="IConnectionHandler.OnLowWatermark"/> follows. Default half of the high one.
    /// </summary>
    public int LowWatermark { get => field >= 0 ? field : HighWatermark / 2; init; } = -1;

    /// <summary>
    /// Most bytes that a handler may leave unconsumed or ask for by <see cref="Connection.Need"/>; beyond it the connection ends
    /// with <see cref="CloseReason.TooMuchUnconsumed"/>. Default 8 MiB and 64 KiB: a largest message and its headers.
    /// </summary>
    public int MaxUnconsumedBytes { get; init; } = 8 * 1024 * 1024 + 64 * 1024;

    /// <summary>Local address of outgoing connections; port 0: any. Default: the kernel chooses.</summary>
    public IPEndPoint? LocalAddress { get; init; }

    /// <summary>Send small segments at once (TCP_NODELAY); the loop has gathered already. Default true.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>TCP keep-alive; null: off. Default null.</summary>
    public KeepAliveOptions? KeepAlive { get; init; }

    /// <summary>SO_SNDBUF in bytes; 0: the kernel's own tuning. Default 0.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>SO_RCVBUF in bytes; 0: the kernel's own tuning. Default 0.</summary>
    public int ReceiveBufferBytes { get; init; }
}

/// <summary>TCP keep-alive. 0 anywhere: the system's setting.</summary>
public sealed record KeepAliveOptions
{
    /// <summary>Silence before the first probe, in seconds.</summary>
    public int IdleSeconds { get; init; }

    /// <summary>Seconds between probes.</summary>
    public int IntervalSeconds { get; init; }

    /// <summary>Probes without answer before the connection is given up.</summary>
    public int Probes { get; init; }
}
