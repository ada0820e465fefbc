using Meltemi.Codec;

namespace Meltemi.Protocols.Brpc;

/// <summary>Error codes of answers (brpc's errno.proto; below 1000 they are the system's).</summary>
internal static class BrpcErrors
{
    public const int HostDown = 112;
    public const int NoService = 1001;
    public const int NoMethod = 1002;
    public const int BadRequest = 1003;
    public const int Authentication = 1004;
    public const int TimedOut = 1008;
    public const int FailedSocket = 1009;
    public const int Overcrowded = 1011;
    public const int Reject = 1018;
    public const int Internal = 2001;
    public const int BadResponse = 2002;
    public const int LogOff = 2003;
    public const int Limit = 2004;

    private const int FirstOfServices = 5000;

    /// <summary>What a code means for outlier detection, retries and metrics. High ones are the services' own.</summary>
    public static AnswerStatus ToAnswer(int code) => code switch
    {
        0 => AnswerStatus.Ok,
        NoService or NoMethod or BadRequest or Authentication => AnswerStatus.ClientError,
        TimedOut => AnswerStatus.Timeout,
        Overcrowded or Reject or Limit => AnswerStatus.Overloaded,
        >= FirstOfServices => AnswerStatus.ApplicationError,
        _ => AnswerStatus.ServerError,
    };

    /// <summary>The one table from reasons to codes.</summary>
    public static int Of(ReplyReason reason) => reason switch
    {
        ReplyReason.NoRoute or ReplyReason.NoCluster => NoService,

        // What a channel says whose servers are all down.
        ReplyReason.NoHealthyEndpoint => HostDown,
        ReplyReason.ConnectFailure or ReplyReason.ConnectTimeout or ReplyReason.ConnectionClosed => FailedSocket,
        ReplyReason.Timeout => TimedOut,
        ReplyReason.Overflow or ReplyReason.RateLimited => Limit,
        ReplyReason.MalformedRequest => BadRequest,
        ReplyReason.MalformedResponse => BadResponse,
        ReplyReason.Forbidden => Authentication,
        ReplyReason.Draining => LogOff,
        ReplyReason.Fault or ReplyReason.CannotRewrite => Internal,
        _ => Internal,
    };
}
