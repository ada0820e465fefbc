namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// What is known of a request, a stream or a connection when it has ended. Texts are UTF-8; empty means not known, as do negative numbers
/// of durations. Nothing of it is kept.
/// </summary>
public ref struct AccessLogEntry
{
    /// <summary>When the first byte came, UTC: 100-nanosecond ticks as in <see cref="DateTime.Ticks"/>.</summary>
    public long StartTicks;

    /// <summary>The protocol's name.</summary>
    public ReadOnlySpan<byte> Protocol;

    /// <summary>The protocol's own status code of the answer.</summary>
    public int ResponseCode;

    /// <summary>Why it ended otherwise than with the upstream's answer.</summary>
    public ResponseFlag ResponseFlag;

    /// <summary>How the answer came about: <see cref="LocalReplies.DetailsUtf8"/>, <see cref="LocalReplies.ViaUpstream"/>.</summary>
    public ReadOnlySpan<byte> ResponseCodeDetails;

    /// <summary>Bytes received from the client.</summary>
    public long BytesReceived;

    /// <summary>Bytes sent to the client.</summary>
    public long BytesSent;

    /// <summary>From the first byte to the end, in nanoseconds.</summary>
    public long Duration;

    /// <summary>From the first byte to the request's last, in nanoseconds; negative: not known.</summary>
    public long RequestDuration;

    /// <summary>From the first byte to the answer's first from the upstream, in nanoseconds; negative: there was none.</summary>
    public long ResponseDuration;

    /// <summary>Address of the endpoint.</summary>
    public ReadOnlySpan<byte> UpstreamHost;

    /// <summary>Name of the cluster.</summary>
    public ReadOnlySpan<byte> UpstreamCluster;

    /// <summary>Our address of the upstream connection.</summary>
    public ReadOnlySpan<byte> UpstreamLocalAddress;

    /// <summary>Why the upstream connection could not be established.</summary>
    public ReadOnlySpan<byte> UpstreamTransportFailureReason;

    /// <summary>How often the request was sent upstream.</summary>
    public int UpstreamRequestAttempts;

    /// <summary>Our address of the client's connection.</summary>
    public ReadOnlySpan<byte> DownstreamLocalAddress;

    /// <summary>The client's address.</summary>
    public ReadOnlySpan<byte> DownstreamRemoteAddress;

    /// <summary>Number of the client's connection.</summary>
    public long ConnectionId;

    /// <summary>Why the client's connection was closed by the proxy.</summary>
    public ReadOnlySpan<byte> ConnectionTerminationDetails;

    /// <summary>Server name of the TLS client.</summary>
    public ReadOnlySpan<byte> RequestedServerName;

    /// <summary>Name of the route.</summary>
    public ReadOnlySpan<byte> RouteName;

    /// <summary>Attributes of the request, in the form and order of the listener's <see cref="AttributePacker"/>.</summary>
    public ReadOnlySpan<byte> RequestAttributes;

    /// <summary>Attributes of the answer, likewise.</summary>
    public ReadOnlySpan<byte> ResponseAttributes;
}
