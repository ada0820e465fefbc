using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Types of TApplicationException. Up to 10 all libraries name them; from 11 on fbthrift does, and the others hand them on as numbers.
/// We use two of those, because "try elsewhere" and "too late" are worth telling apart from "broken", also for a proxy in front of us.
/// </summary>
internal static class ThriftExceptionTypes
{
    private const int UnknownMethod = 1;
    private const int InternalError = 6;
    private const int ProtocolError = 7;
    private const int LoadShedding = 11;
    private const int Timeout = 12;

    public static int Of(ReplyReason reason) => reason switch
    {
        ReplyReason.NoRoute => UnknownMethod,
        ReplyReason.MalformedRequest => ProtocolError,
        ReplyReason.Overflow or ReplyReason.RateLimited or ReplyReason.Draining => LoadShedding,
        ReplyReason.Timeout => Timeout,
        _ => InternalError,
    };

    public static AnswerStatus StatusOf(int type) => type switch
    {
        // unknown method, invalid message type, wrong method name; protocol error, invalid transform, protocol, client type
        1 or 2 or 3 or 7 or 8 or 9 or 10 => AnswerStatus.ClientError,
        LoadShedding or 16 => AnswerStatus.Overloaded, // 16: over the quota of a tenant
        Timeout => AnswerStatus.Timeout,
        _ => AnswerStatus.ServerError,
    };
}
