using Meltemi.Codec;

namespace Meltemi.Protocols.Dubbo;

/// <summary>The status byte of answers. Anything but <see cref="Ok"/> means: the body is one string, the error's text.</summary>
internal static class DubboStatus
{
    public const byte Ok = 20;
    public const byte ClientTimeout = 30;
    public const byte ServerTimeout = 31;
    public const byte ChannelInactive = 35;
    public const byte BadRequest = 40;
    public const byte BadResponse = 50;
    public const byte ServiceNotFound = 60;
    public const byte ServiceError = 70;
    public const byte ServerError = 80;
    public const byte ClientError = 90;
    public const byte ThreadPoolExhausted = 100;

    /// <summary>What a status means for outlier detection, retries and metrics; an unknown one is the server's fault.</summary>
    public static AnswerStatus ToAnswer(byte status) => status switch
    {
        Ok => AnswerStatus.Ok,
        ClientTimeout or ServerTimeout => AnswerStatus.Timeout,
        ThreadPoolExhausted => AnswerStatus.Overloaded,
        BadRequest or ServiceNotFound or ClientError => AnswerStatus.ClientError,
        _ => AnswerStatus.ServerError,
    };
}
