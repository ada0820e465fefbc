namespace Meltemi.Codec;

/// <summary>
/// Why the proxy answers a request itself. One list for all protocols: a codec maps it to its own status, the proxy to the response flag
/// of the access log and the label of the metric.
/// </summary>
public enum ReplyReason : byte
{
    /// <summary>No route matches.</summary>
    NoRoute,

    /// <summary>The route names a cluster that does not exist.</summary>
    NoCluster,

    /// <summary>The cluster has no endpoint that may be used.</summary>
    NoHealthyEndpoint,

    /// <summary>The endpoint refused the connection or is unreachable.</summary>
    ConnectFailure,

    /// <summary>The connection was not established in time.</summary>
    ConnectTimeout,

    /// <summary>The upstream connection ended before the answer.</summary>
    ConnectionClosed,

    /// <summary>No answer within the request's deadline.</summary>
    Timeout,

    /// <summary>A circuit breaker or a bounded queue is full.</summary>
    Overflow,

    /// <summary>The request cannot be understood.</summary>
    MalformedRequest,

    /// <summary>The answer cannot be understood.</summary>
    MalformedResponse,

    /// <summary>Over a rate limit.</summary>
    RateLimited,

    /// <summary>Not allowed.</summary>
    Forbidden,

    /// <summary>An injected fault.</summary>
    Fault,

    /// <summary>The proxy is shutting down.</summary>
    Draining,

    /// <summary>A mutation or id that this message cannot carry.</summary>
    CannotRewrite,
}

/// <summary>What is known of a request when the proxy answers it, long after its bytes are gone.</summary>
public readonly ref struct RequestInfo
{
    /// <summary>Most bytes that are kept of a request (<see cref="Frame.KeepLength"/>).</summary>
    public const int MaxKept = 512;

    /// <summary>The client's id.</summary>
    public required ulong Id { get; init; }

    /// <summary><see cref="Frame.Kind"/>: a request or a stream's opening.</summary>
    public MessageKind Kind { get; init; }

    /// <summary>Of a stream: the client has got frames of it from the server already.</summary>
    public bool HasBegun { get; init; }

    /// <summary><see cref="Frame.Variant"/> of the request.</summary>
    public byte Variant { get; init; }

    /// <summary><see cref="Frame.Memo"/> of the request.</summary>
    public long Memo { get; init; }

    /// <summary>The bytes that <see cref="Frame.KeepOffset"/> and <see cref="Frame.KeepLength"/> named, cut at <see cref="MaxKept"/>.</summary>
    public ReadOnlySpan<byte> Kept { get; init; }

    /// <summary>The client connection's state.</summary>
    public object? State { get; init; }
}
