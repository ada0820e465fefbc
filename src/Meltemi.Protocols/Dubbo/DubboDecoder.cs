using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;
using Meltemi.Protocols.Dubbo.FastJson;
using Meltemi.Protocols.Dubbo.Hessian2;

namespace Meltemi.Protocols.Dubbo;

/// <summary>Finds messages. Of the body it reads one value at most: the version of requests, the result type of answers.</summary>
internal static class DubboDecoder
{
    // Hessian's one byte for the number 0.
    private const int ZeroInOneByte = 0x90;

    // 2.0.2 as a Hessian text, which nearly all clients say: seen without reading it.
    private static ReadOnlySpan<byte> UsualVersion => "\u00052.0.2"u8;

    /// <inheritdoc cref="ICodec.Decode"/>
    public static Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, int maxFrameBytes, ref Frame frame)
    {
        if (bytes.Length > 0 && bytes[0] != DubboHeader.Magic0) return Decoded.NotThis("no Dubbo magic");
        if (bytes.Length > 1 && bytes[1] != DubboHeader.Magic1) return Decoded.NotThis("no Dubbo magic");
        if (bytes.Length < DubboHeader.Size) return Decoded.Need(DubboHeader.Size);
        var total = DubboHeader.Size + (long)DubboHeader.ReadBodyLength(bytes);
        if (total > maxFrameBytes) return Decoded.Malformed("Dubbo message over the limit");
        if (bytes.Length < total) return Decoded.Need((int)total);

        frame.Length = (int)total;
        frame.Id = DubboHeader.ReadId(bytes);
        var message = bytes[..frame.Length];
        var flags = bytes[2];
        if ((flags & DubboHeader.Request) == 0) DecodeAnswer(message, ref frame);
        else if ((flags & DubboHeader.Event) == 0) DecodeRequest(message, origin, ref frame);
        else frame.Kind = DubboEvents.IsReadOnly(message) ? MessageKind.GoAway : MessageKind.Heartbeat;
        return Decoded.Complete;
    }

    /// <summary>Servers may call back: that is a push.</summary>
    private static void DecodeRequest(ReadOnlySpan<byte> message, Origin origin, ref Frame frame)
    {
        var twoWay = (message[2] & DubboHeader.TwoWay) != 0;
        frame.Kind = origin == Origin.Server ? MessageKind.ServerPush : twoWay ? MessageKind.Request : MessageKind.OneWay;
        var serialization = DubboSerialization.Of(message);
        var readsAttachments = (serialization == DubboSerialization.Hessian2 && message[DubboHeader.Size..].StartsWith(UsualVersion))
            || DubboVersion.ReadsAnswerAttachments(PeekVersion(message, serialization));
        frame.Memo = DubboMemo.Make(serialization, readsAttachments);
    }

    private static void DecodeAnswer(ReadOnlySpan<byte> message, ref Frame frame)
    {
        var status = message[3];
        frame.Code = status;
        frame.Status = DubboStatus.ToAnswer(status);
        frame.Mark1 = DubboResult.Unknown;
        if ((message[2] & DubboHeader.Event) != 0)
        {
            frame.Kind = MessageKind.HeartbeatAnswer;
            return;
        }

        frame.Kind = MessageKind.Response;
        if (status != DubboStatus.Ok) return;
        frame.Mark1 = PeekResult(message, out frame.Mark0);
        if (DubboResult.IsException(frame.Mark1)) frame.Status = AnswerStatus.ApplicationError;
    }

    private static ReadOnlySpan<byte> PeekVersion(ReadOnlySpan<byte> message, int serialization)
    {
        var version = BodyText.Null;
        var found = serialization switch
        {
            DubboSerialization.Hessian2 => new Hessian2Reader(message, DubboHeader.Size).TryReadText(out version),
            DubboSerialization.FastJson => new FastJsonReader(message, DubboHeader.Size).TryReadText(out version),
            _ => false,
        };
        return found && version is { IsNull: false, IsPlain: true } ? message.Slice(version.Offset, version.Length) : default;
    }

    private static int PeekResult(ReadOnlySpan<byte> message, out int behind)
    {
        behind = 0;
        switch (DubboSerialization.Of(message))
        {
            case DubboSerialization.Hessian2:
                // Nearly always a number in one byte.
                behind = DubboHeader.Size + 1;
                var type = message.Length < behind ? -1 : message[DubboHeader.Size] - ZeroInOneByte;
                if (type is >= DubboResult.Exception and <= DubboResult.NullWithAttachments) return type;
                var hessian = new Hessian2Reader(message, DubboHeader.Size);
                return PeekResult(ref hessian, out behind);
            case DubboSerialization.FastJson:
                var json = new FastJsonReader(message, DubboHeader.Size);
                return PeekResult(ref json, out behind);
            default:
                return DubboResult.Unknown;
        }
    }

    private static int PeekResult<TBody>(ref TBody body, out int behind)
        where TBody : struct, IDubboBody, allows ref struct
    {
        var found = body.TryReadNumber(out var type);
        behind = body.Position;
        return found && type is >= DubboResult.Exception and <= DubboResult.NullWithAttachments ? type : DubboResult.Unknown;
    }
}
