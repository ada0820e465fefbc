using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>The status of answers (com.alipay.remoting.ResponseStatus).</summary>
internal static class BoltStatus
{
    public const ushort Success = 0;
    public const ushort Error = 1;
    public const ushort ServerException = 2;
    public const ushort Unknown = 3;
    public const ushort ServerThreadPoolBusy = 4;
    public const ushort ErrorOfCommunication = 5;
    public const ushort NoProcessor = 6;
    public const ushort Timeout = 7;
    public const ushort ClientSendError = 8;
    public const ushort CodecException = 9;
    public const ushort ConnectionClosed = 16;
    public const ushort ServerSerialException = 17;
    public const ushort ServerDeserialException = 18;

    /// <summary>
    /// What a status means for outlier detection, retries and metrics; an unknown one is the server's fault. So is <see cref="ServerException"/>,
    /// though node's servers answer exceptions of the business with it: Java's answer those with <see cref="Success"/> and a header.
    /// </summary>
    public static AnswerStatus ToAnswer(int status) => status switch
    {
        Success => AnswerStatus.Ok,
        ServerThreadPoolBusy => AnswerStatus.Overloaded,
        Timeout => AnswerStatus.Timeout,

        // The server does not have it, or does not understand it.
        NoProcessor or ServerDeserialException => AnswerStatus.ClientError,
        Error or ServerException or Unknown or ErrorOfCommunication or ClientSendError or CodecException or ConnectionClosed
            or ServerSerialException => AnswerStatus.ServerError,
        _ => AnswerStatus.ServerError,
    };
}
