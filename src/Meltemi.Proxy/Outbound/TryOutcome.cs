using Meltemi.Codec;

namespace Meltemi.Proxy.Outbound;

/// <summary>How one try of a request at an endpoint ended: what <see cref="EndpointPool.Report"/> hears of each of them, once.</summary>
/// <param name="Result">Answered, or what went wrong.</param>
/// <param name="Status">Of an answer: how it ended.</param>
/// <param name="Nanoseconds">From the choice of the endpoint to the end of the try.</param>
internal readonly record struct TryOutcome(TryResult Result, AnswerStatus Status, long Nanoseconds)
{
    /// <summary>The endpoint answered, and did its part, whatever the application said.</summary>
    public bool IsSuccess => Result == TryResult.Answered && Status is AnswerStatus.Ok or AnswerStatus.ApplicationError;
}

/// <summary>What became of a try.</summary>
internal enum TryResult : byte
{
    /// <summary>Nothing is known of the endpoint's part: a one-way message, the client left, a limit of ours, another try was faster.</summary>
    Unknown,

    /// <summary>The endpoint answered; <see cref="TryOutcome.Status"/> says what.</summary>
    Answered,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The endpoint's answer broke the protocol.</summary>
    Malformed,

    /// <summary>Local origin: the connection ended before the answer.</summary>
    ConnectionClosed,

    /// <summary>Local origin: the endpoint refused the connection or is unreachable.</summary>
    ConnectFailure,

    /// <summary>Local origin: the connection was not established in time.</summary>
    ConnectTimeout,
}

/// <summary>From the reason of a local answer to what it says of the endpoint.</summary>
internal static class TryResults
{
    public static TryResult Of(ReplyReason reason) => reason switch
    {
        ReplyReason.Timeout => TryResult.Timeout,
        ReplyReason.MalformedResponse => TryResult.Malformed,
        ReplyReason.ConnectionClosed => TryResult.ConnectionClosed,
        ReplyReason.ConnectFailure => TryResult.ConnectFailure,
        ReplyReason.ConnectTimeout => TryResult.ConnectTimeout,
        _ => TryResult.Unknown,
    };
}
