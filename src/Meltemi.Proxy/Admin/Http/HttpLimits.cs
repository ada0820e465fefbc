namespace Meltemi.Proxy.Admin.Http;

/// <summary>Bounds of the server. The defaults suit people, scripts and scrapers.</summary>
public sealed record HttpLimits
{
    /// <summary>Longest request line in bytes; beyond: 414. Default 8 KiB.</summary>
    public int MaxRequestLine { get; init; } = 8 * 1024;

    /// <summary>Request line and headers together in bytes; beyond: 431. Default 16 KiB.</summary>
    public int MaxHead { get; init; } = 16 * 1024;

    /// <summary>Most header lines; beyond: 431. Default 64.</summary>
    public int MaxHeaders { get; init; } = 64;

    /// <summary>Longest body in bytes; beyond: 413. Default 64 KiB.</summary>
    public int MaxBody { get; init; } = 64 * 1024;

    /// <summary>Most open connections; further ones are closed at once. Default 32.</summary>
    public int MaxConnections { get; init; } = 32;

    /// <summary>Time for a whole request from its first byte; beyond: 408. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for an answer to be taken. Default 30 s.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections that ask nothing are closed after it. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
