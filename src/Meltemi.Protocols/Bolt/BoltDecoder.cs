using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>Finds messages. Of the body it reads the header block of successful answers, where an exception of the business shows.</summary>
internal static class BoltDecoder
{
    /// <inheritdoc cref="ICodec.Decode"/>
    public static Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, int maxFrameBytes, ref Frame frame)
    {
        // 1. Is it Bolt? Protocol code, version, type and command say so.
        if (bytes.IsEmpty) return Decoded.Need(BoltLayout.MinSize);
        if (bytes[0] is not (1 or 2)) return Decoded.NotThis("bolt: the first byte is no protocol code");
        var isV1 = bytes[0] == 1;
        if (!isV1 && bytes.Length > BoltLayout.VersionAt && bytes[BoltLayout.VersionAt] is not (1 or 2))
            return Decoded.NotThis("bolt: unknown version");
        var typeAt = new BoltLayout(isV1, false).TypeAt;
        if (bytes.Length <= typeAt) return Decoded.Need(BoltLayout.MinSize);
        if (bytes[typeAt] > BoltLayout.OneWay) return Decoded.NotThis("bolt: unknown type");
        var layout = new BoltLayout(isV1, bytes[typeAt] == BoltLayout.Answer);
        if (bytes.Length > layout.CommandAt && bytes[layout.CommandAt] != 0) return Decoded.NotThis("bolt: unknown command");
        if (bytes.Length > layout.CommandAt + 1 && !IsCommand(bytes[layout.CommandAt + 1])) return Decoded.NotThis("bolt: unknown command");
        if (bytes.Length < layout.Size) return Decoded.Need(layout.Size);

        // 2. Is all of it there, and unharmed?
        var variant = VariantOf(bytes);
        var hasCrc = variant == BoltVariant.V2WithCrc;
        frame.Mark0 = layout.Size + BinaryPrimitives.ReadUInt16BigEndian(bytes[layout.ClassLengthAt..]);
        frame.Mark1 = BinaryPrimitives.ReadUInt16BigEndian(bytes[layout.HeaderLengthAt..]);
        var total = (long)frame.Mark0 + frame.Mark1 + BinaryPrimitives.ReadUInt32BigEndian(bytes[layout.ContentLengthAt..])
            + (hasCrc ? BoltCrc.Size : 0);
        if (total > maxFrameBytes) return Decoded.Malformed("bolt: the message is over the limit");
        if (bytes.Length < total) return Decoded.Need((int)total);
        frame.Length = (int)total;
        var message = bytes[..frame.Length];
        if (hasCrc && !BoltCrc.IsRight(message)) return Decoded.Malformed("bolt: the CRC is wrong");

        // 3. What is it?
        frame.Variant = (byte)variant;
        frame.Id = BinaryPrimitives.ReadUInt32BigEndian(message[layout.IdAt..]);
        frame.Kind = KindOf(message, layout, origin);
        if (frame.Kind == MessageKind.Response) DecodeAnswer(message, layout, ref frame);
        else if (frame.Kind is MessageKind.Request or MessageKind.OneWay) frame.Memo = BoltMemo.Make(message, layout, frame);
        return Decoded.Complete;
    }

    /// <summary>Servers may call back: that is a push.</summary>
    private static MessageKind KindOf(ReadOnlySpan<byte> message, BoltLayout layout, Origin origin)
    {
        var command = BinaryPrimitives.ReadUInt16BigEndian(message[layout.CommandAt..]);
        if (command == BoltLayout.Heartbeat) return layout.IsAnswer ? MessageKind.HeartbeatAnswer : MessageKind.Heartbeat;

        // The answer to a go-away means as little to us as that to a heartbeat.
        if (command == BoltLayout.GoAway) return layout.IsAnswer ? MessageKind.HeartbeatAnswer : MessageKind.GoAway;
        if (layout.IsAnswer) return MessageKind.Response;
        if (origin == Origin.Server) return MessageKind.ServerPush;
        return message[layout.TypeAt] == BoltLayout.OneWay ? MessageKind.OneWay : MessageKind.Request;
    }

    private static void DecodeAnswer(ReadOnlySpan<byte> message, BoltLayout layout, ref Frame frame)
    {
        frame.Code = BinaryPrimitives.ReadUInt16BigEndian(message[layout.RestAt..]);
        frame.Status = BoltStatus.ToAnswer(frame.Code);
        if (frame.Status != AnswerStatus.Ok || frame.Mark1 == 0) return;
        var pairs = new BoltPairs(message, frame.Mark0, frame.Mark1);
        while (pairs.Next())
        {
            if (!pairs.Key.In(message).SequenceEqual(BoltAttributes.ResponseError)) continue;
            if (pairs.Value.In(message).SequenceEqual("true"u8)) frame.Status = AnswerStatus.ApplicationError;
            return;
        }
    }

    private static bool IsCommand(byte low) =>
        low is (byte)BoltLayout.Heartbeat or (byte)BoltLayout.RpcRequest or (byte)BoltLayout.RpcAnswer or (byte)BoltLayout.GoAway;

    private static BoltVariant VariantOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == 1) return BoltVariant.V1;
        if (bytes[BoltLayout.VersionAt] == 1) return BoltVariant.V2;
        return (bytes[BoltLayout.SwitchAt] & BoltLayout.CrcSwitch) == 0 ? BoltVariant.V2WithoutCrc : BoltVariant.V2WithCrc;
    }
}
