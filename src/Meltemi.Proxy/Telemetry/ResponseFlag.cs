namespace Meltemi.Proxy.Telemetry;

/// <summary>Why a request ended otherwise than with the upstream's answer; names and texts are Envoy's (<c>%RESPONSE_FLAGS%</c>).</summary>
public enum ResponseFlag : byte
{
    /// <summary>The upstream answered.</summary>
    None,

    /// <summary>NR: no route.</summary>
    NoRoute,

    /// <summary>NC: the cluster does not exist.</summary>
    NoCluster,

    /// <summary>UH: no healthy endpoint.</summary>
    NoHealthyUpstream,

    /// <summary>UF: could not connect.</summary>
    UpstreamConnectionFailure,

    /// <summary>UC: the upstream closed the connection.</summary>
    UpstreamConnectionTermination,

    /// <summary>UT: no answer in time.</summary>
    UpstreamRequestTimeout,

    /// <summary>UO: a circuit breaker is open.</summary>
    UpstreamOverflow,

    /// <summary>UR: the upstream reset the request.</summary>
    UpstreamRemoteReset,

    /// <summary>LR: the proxy reset the request.</summary>
    LocalReset,

    /// <summary>RL: over a rate limit.</summary>
    RateLimited,

    /// <summary>UAEX: not allowed.</summary>
    Unauthorized,

    /// <summary>FI: an injected fault.</summary>
    FaultInjected,

    /// <summary>DI: an injected delay.</summary>
    DelayInjected,

    /// <summary>DPE: the client broke the protocol.</summary>
    DownstreamProtocolError,

    /// <summary>UPE: the upstream broke the protocol.</summary>
    UpstreamProtocolError,

    /// <summary>DC: the client left before its answer.</summary>
    DownstreamConnectionTermination,

    /// <summary>URX: all retries or connection attempts are used up.</summary>
    UpstreamRetryLimitExceeded,

    /// <summary>SI: a connection or stream idled too long.</summary>
    StreamIdleTimeout,

    /// <summary>DT: a connection or request lasted too long.</summary>
    DurationTimeout,

    /// <summary>DI,FI: an injected delay, then an injected fault.</summary>
    DelayAndFaultInjected,

    /// <summary>UF,URX: could not connect, and all retries are used up.</summary>
    ConnectionFailureRetryLimit,

    /// <summary>UC,URX: the upstream closed the connection, and all retries are used up.</summary>
    ConnectionTerminationRetryLimit,

    /// <summary>UT,URX: no answer in time, and all retries are used up.</summary>
    RequestTimeoutRetryLimit,

    /// <summary>UPE,URX: the upstream broke the protocol, and all retries are used up.</summary>
    ProtocolErrorRetryLimit,

    /// <summary>RLSE: the rate limit service gave no answer.</summary>
    RateLimitServiceError,
}

/// <summary>Texts of <see cref="ResponseFlag"/>.</summary>
public static class ResponseFlags
{
    private static readonly string[] Texts =
    [
        "-", "NR", "NC", "UH", "UF", "UC", "UT", "UO", "UR", "LR", "RL", "UAEX", "FI", "DI", "DPE", "UPE", "DC", "URX", "SI", "DT",
        "DI,FI", "UF,URX", "UC,URX", "UT,URX", "UPE,URX", "RLSE",
    ];

    private static readonly byte[][] TextsUtf8 = Array.ConvertAll(Texts, System.Text.Encoding.UTF8.GetBytes);

    /// <summary>Number of flags.</summary>
    public static int Count => Texts.Length;

    /// <summary>Envoy's abbreviation; <c>-</c> for none.</summary>
    public static string Text(this ResponseFlag flag) => Texts[(int)flag];

    /// <summary>The flag of a request that ended so when its retries were used up.</summary>
    public static ResponseFlag AndRetryLimit(this ResponseFlag flag) => flag switch
    {
        ResponseFlag.UpstreamConnectionFailure => ResponseFlag.ConnectionFailureRetryLimit,
        ResponseFlag.UpstreamConnectionTermination => ResponseFlag.ConnectionTerminationRetryLimit,
        ResponseFlag.UpstreamRequestTimeout => ResponseFlag.RequestTimeoutRetryLimit,
        ResponseFlag.UpstreamProtocolError => ResponseFlag.ProtocolErrorRetryLimit,
        _ => flag,
    };

    /// <summary><see cref="Text"/> as UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8(this ResponseFlag flag) => TextsUtf8[(int)flag];
}
