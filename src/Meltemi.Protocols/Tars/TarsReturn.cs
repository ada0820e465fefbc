using System.Buffers.Text;
using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>The framework's return codes (iRet of answers, STATUS_RESULT_CODE of TUP's).</summary>
internal static class TarsReturn
{
    public const int Success = 0;
    public const int ServerDecodeError = -1;
    public const int ServerEncodeError = -2;
    public const int NoFunction = -3;
    public const int NoServant = -4;
    public const int ServerResetGrid = -5;
    public const int ServerQueueTimeout = -6;
    public const int InvokeTimeout = -7;
    public const int ProxyConnectError = -8;
    public const int ServerOverload = -9;
    public const int AdapterNull = -10;
    public const int InvokeByInvalidSet = -11;
    public const int ClientDecodeError = -12;
    public const int ServerUnknownError = -99;

    /// <summary>Under which key TUP's answers have the code in their status map.</summary>
    public static ReadOnlySpan<byte> TupCode => "STATUS_RESULT_CODE"u8;

    public static ReadOnlySpan<byte> TupDescription => "STATUS_RESULT_DESC"u8;

    /// <summary>What a code means for outlier detection, retries and metrics. Those above 0 are the application's.</summary>
    public static AnswerStatus ToAnswer(int code) => code switch
    {
        Success => AnswerStatus.Ok,
        > 0 => AnswerStatus.ApplicationError,
        ServerDecodeError or NoFunction or NoServant or InvokeByInvalidSet => AnswerStatus.ClientError,
        InvokeTimeout => AnswerStatus.Timeout,
        ServerQueueTimeout or ServerOverload => AnswerStatus.Overloaded,
        _ => AnswerStatus.ServerError,
    };

    /// <summary>The code of an answer; 0 if it says none.</summary>
    public static int Of(ReadOnlySpan<byte> message, in TarsPacket packet)
    {
        if (packet.IsResponse) return packet.Return.Number(message);
        if (!packet.Status.IsMap) return Success;
        var reader = new TarsReader(message, packet.Status.Value);
        if (!reader.TryCount(out var count)) return Success;
        for (; count > 0 && reader.TryPair(out var pair); count--)
        {
            if (!pair.Key(message).SequenceEqual(TupCode)) continue;
            var text = message.Slice(pair.ValueAt, pair.ValueLength);
            return Utf8Parser.TryParse(text, out int code, out var used) && used == text.Length ? code : ServerUnknownError;
        }

        return Success;
    }
}
