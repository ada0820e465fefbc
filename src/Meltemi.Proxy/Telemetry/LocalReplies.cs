using System.Text;
using Meltemi.Codec;

namespace Meltemi.Proxy.Telemetry;

/// <summary>
/// The one table from the reason of a local answer to what logs and metrics say of it. Details are Envoy's
/// <c>%RESPONSE_CODE_DETAILS%</c> where it has one for the reason.
/// </summary>
public static class LocalReplies
{
    private static readonly (ReplyReason Reason, ResponseFlag Flag, string Details)[] Table =
    [
        (ReplyReason.NoRoute, ResponseFlag.NoRoute, "no_matched_route"),
        (ReplyReason.NoCluster, ResponseFlag.NoCluster, "cluster_not_found"),
        (ReplyReason.NoHealthyEndpoint, ResponseFlag.NoHealthyUpstream, "no_healthy_upstream"),
        (ReplyReason.ConnectFailure, ResponseFlag.UpstreamConnectionFailure, "upstream_reset_before_response_started{connection_failure}"),
        (ReplyReason.ConnectTimeout, ResponseFlag.UpstreamConnectionFailure, "upstream_reset_before_response_started{connection_timeout}"),
        (ReplyReason.ConnectionClosed, ResponseFlag.UpstreamConnectionTermination,
            "upstream_reset_before_response_started{connection_termination}"),
        (ReplyReason.Timeout, ResponseFlag.UpstreamRequestTimeout, "upstream_response_timeout"),
        (ReplyReason.Overflow, ResponseFlag.UpstreamOverflow, "upstream_reset_before_response_started{overflow}"),
        (ReplyReason.MalformedRequest, ResponseFlag.DownstreamProtocolError, "codec_error"),
        (ReplyReason.MalformedResponse, ResponseFlag.UpstreamProtocolError, "upstream_reset_before_response_started{protocol_error}"),
        (ReplyReason.RateLimited, ResponseFlag.RateLimited, "request_rate_limited"),
        (ReplyReason.Forbidden, ResponseFlag.Unauthorized, "rbac_access_denied"),
        (ReplyReason.Fault, ResponseFlag.FaultInjected, "fault_filter_abort"),
        (ReplyReason.Draining, ResponseFlag.LocalReset, "proxy_draining"),
        (ReplyReason.RateLimiterFailed, ResponseFlag.RateLimitServiceError, "rate_limiter_error"),
        (ReplyReason.CannotRewrite, ResponseFlag.LocalReset, "cannot_rewrite"),
    ];

    private static readonly (ResponseFlag Flag, string Details, byte[] Utf8)[] ByReason = Index();

    /// <summary>Details of a request that the upstream answered.</summary>
    public static ReadOnlySpan<byte> ViaUpstream => "via_upstream"u8;

    /// <summary>Details of a request whose client left.</summary>
    public static ReadOnlySpan<byte> DownstreamDisconnect => "downstream_remote_disconnect"u8;

    /// <summary>The flag of the access log and the metrics.</summary>
    public static ResponseFlag Flag(this ReplyReason reason) => ByReason[(int)reason].Flag;

    /// <summary>The details of the access log.</summary>
    public static string Details(this ReplyReason reason) => ByReason[(int)reason].Details;

    /// <summary><see cref="Details"/> as UTF-8.</summary>
    public static ReadOnlySpan<byte> DetailsUtf8(this ReplyReason reason) => ByReason[(int)reason].Utf8;

    private static (ResponseFlag Flag, string Details, byte[] Utf8)[] Index()
    {
        var index = new (ResponseFlag Flag, string Details, byte[] Utf8)[Enum.GetValues<ReplyReason>().Length];
        foreach (var (reason, flag, details) in Table) index[(int)reason] = (flag, details, Encoding.UTF8.GetBytes(details));
        return index;
    }
}
