using Meltemi.Codec;

namespace Meltemi.Protocols.Trpc;

/// <summary>The framework's return codes (TrpcRetCode); services have their own, apart from these.</summary>
internal static class TrpcReturn
{
    public const int Success = 0;
    public const int ServerDecode = 1;
    public const int ServerEncode = 2;
    public const int NoService = 11;
    public const int NoFunction = 12;
    public const int ServerTimeout = 21;
    public const int ServerOverload = 22;
    public const int ServerLimited = 23;
    public const int ServerFullLinkTimeout = 24;
    public const int ServerSystem = 31;
    public const int ServerAuth = 41;
    public const int ServerValidate = 51;
    public const int ClientTimeout = 101;
    public const int ClientFullLinkTimeout = 102;
    public const int ClientConnect = 111;
    public const int ClientDecode = 122;
    public const int ClientLimited = 123;
    public const int ClientOverload = 124;
    public const int ClientRouter = 131;
    public const int ClientNetwork = 141;
    public const int ClientCanceled = 161;

    /// <summary>What the codes mean for outlier detection, retries and metrics.</summary>
    /// <param name="framework">The framework's.</param>
    /// <param name="service">The service's.</param>
    public static AnswerStatus ToAnswer(int framework, int service) => framework switch
    {
        Success => service == 0 ? AnswerStatus.Ok : AnswerStatus.ApplicationError,
        ServerDecode or NoService or NoFunction or ServerAuth or ServerValidate => AnswerStatus.ClientError,
        ServerTimeout or ServerFullLinkTimeout or ClientTimeout or ClientFullLinkTimeout => AnswerStatus.Timeout,
        ServerOverload or ServerLimited or ClientLimited or ClientOverload => AnswerStatus.Overloaded,
        _ => AnswerStatus.ServerError,
    };

    /// <summary>The one table from reasons to codes.</summary>
    public static int Of(ReplyReason reason) => reason switch
    {
        ReplyReason.NoRoute or ReplyReason.NoCluster => NoService,

        // What clients say if they have no address to choose.
        ReplyReason.NoHealthyEndpoint => ClientRouter,
        ReplyReason.ConnectFailure or ReplyReason.ConnectTimeout => ClientConnect,
        ReplyReason.ConnectionClosed or ReplyReason.Draining => ClientNetwork,
        ReplyReason.Timeout => ServerTimeout,
        ReplyReason.Overflow => ServerOverload,
        ReplyReason.RateLimited => ServerLimited,
        ReplyReason.MalformedRequest => ServerDecode,
        ReplyReason.MalformedResponse => ClientDecode,
        ReplyReason.Forbidden => ServerAuth,
        ReplyReason.CannotRewrite => ServerEncode,
        ReplyReason.Fault => ServerSystem,
        _ => ServerSystem,
    };
}
