using Meltemi.Codec;

namespace Meltemi.Proxy.Filters.Faults;

/// <summary>
/// Errors are chosen by the codes that people know, of HTTP or gRPC, and come in the protocol's own terms: the kind of error that a proxy or
/// a server would give for that code (503: no endpoint; 504: a time-out; 429: over a limit). What has no kind is a failure of the server.
/// </summary>
internal static class FaultErrors
{
    public static ReplyReason OfHttp(uint status) => status switch
    {
        400 or 413 or 422 => ReplyReason.MalformedRequest,
        401 or 403 => ReplyReason.Forbidden,
        404 or 405 or 501 => ReplyReason.NoRoute,
        408 or 504 => ReplyReason.Timeout,
        429 => ReplyReason.RateLimited,
        502 => ReplyReason.ConnectionClosed,
        503 => ReplyReason.NoHealthyEndpoint,
        _ => ReplyReason.Fault,
    };

    public static ReplyReason OfGrpc(uint status) => status switch
    {
        3 or 11 => ReplyReason.MalformedRequest, // INVALID_ARGUMENT, OUT_OF_RANGE
        4 => ReplyReason.Timeout, // DEADLINE_EXCEEDED
        5 or 12 => ReplyReason.NoRoute, // NOT_FOUND, UNIMPLEMENTED
        7 or 16 => ReplyReason.Forbidden, // PERMISSION_DENIED, UNAUTHENTICATED
        8 => ReplyReason.RateLimited, // RESOURCE_EXHAUSTED
        14 => ReplyReason.NoHealthyEndpoint, // UNAVAILABLE
        _ => ReplyReason.Fault,
    };
}
