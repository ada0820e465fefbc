using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Trpc;

/// <summary>Finds frames and reads as much of their heads as says what they are.</summary>
internal static class TrpcDecoder
{
    /// <summary>The variants: calls and streams number their messages apart, so they do not share connections.</summary>
    public const byte UnaryVariant = 0, StreamVariant = 1;

    private const string Broken = "trpc: the head is broken";

    /// <inheritdoc cref="ICodec.Decode"/>
    public static Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, int maxFrameBytes, ref Frame frame)
    {
        if (bytes.Length > 0 && bytes[0] != TrpcHead.Magic0) return Decoded.NotThis("trpc: no magic number");
        if (bytes.Length > 1 && bytes[1] != TrpcHead.Magic1) return Decoded.NotThis("trpc: no magic number");
        if (bytes.Length > 2 && bytes[2] > TrpcHead.Stream) return Decoded.NotThis("trpc: unknown type of frame");
        if (bytes.Length < TrpcHead.Size) return Decoded.Need(TrpcHead.Size);
        var length = TrpcHead.Length(bytes);
        var isStream = TrpcHead.IsStream(bytes);
        frame.Mark0 = TrpcHead.Size + (isStream ? 0 : TrpcHead.HeadLength(bytes));
        if (length < frame.Mark0 || length > maxFrameBytes) return Decoded.Malformed("trpc: the length is out of bounds");
        if (bytes.Length < length) return Decoded.Need((int)length);
        frame.Length = (int)length;
        frame.Variant = isStream ? StreamVariant : UnaryVariant;
        var message = bytes[..frame.Length];
        if (isStream) return Stream(message, origin, ref frame);
        return origin == Origin.Client ? Request(message, ref frame) : Answer(message, ref frame);
    }

    private static Decoded Request(ReadOnlySpan<byte> message, ref Frame frame)
    {
        var oneWay = false;
        var reader = new ProtoReader(message, TrpcHead.Size, frame.Mark0);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return Decoded.Malformed(Broken);
            if (!field.IsVarint) continue;
            if (field.Number == TrpcFields.Request.Id) SetId(field, ref frame);
            else if (field.Number == TrpcFields.Request.CallType) oneWay = field.Varint == 1;
        }

        frame.Kind = oneWay ? MessageKind.OneWay : MessageKind.Request;
        frame.Memo = TrpcHead.Id(message) == frame.Id ? 1 : 0;
        return Decoded.Complete;
    }

    private static Decoded Answer(ReadOnlySpan<byte> message, ref Frame frame)
    {
        var service = 0;
        var reader = new ProtoReader(message, TrpcHead.Size, frame.Mark0);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return Decoded.Malformed(Broken);
            if (!field.IsVarint) continue;
            if (field.Number == TrpcFields.Response.Id) SetId(field, ref frame);
            else if (field.Number == TrpcFields.Response.Return) frame.Code = (int)field.Varint;
            else if (field.Number == TrpcFields.Response.FunctionReturn) service = (int)field.Varint;
        }

        frame.Kind = MessageKind.Response;
        frame.Status = TrpcReturn.ToAnswer(frame.Code, service);
        if (frame.Code == 0) frame.Code = service;
        return Decoded.Complete;
    }

    private static Decoded Stream(ReadOnlySpan<byte> message, Origin origin, ref Frame frame)
    {
        frame.Id = TrpcHead.Id(message);
        switch (TrpcHead.StreamType(message))
        {
            case TrpcHead.Init:
                frame.Kind = MessageKind.StreamOpen;
                return origin == Origin.Client ? Decoded.Complete : Opened(message, ref frame);
            case TrpcHead.Data or TrpcHead.Feedback:
                frame.Kind = MessageKind.StreamData;
                return Decoded.Complete;
            case TrpcHead.Close:
                frame.Kind = MessageKind.StreamClose;
                return Closed(message, origin, ref frame);
            default:
                return Decoded.Malformed("trpc: unknown type of a stream's frame");
        }
    }

    /// <summary>A server that refuses a stream says so in its first frame, and sends no other.</summary>
    private static Decoded Opened(ReadOnlySpan<byte> message, ref Frame frame)
    {
        var reader = new ProtoReader(message, TrpcHead.Size, frame.Length);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return Decoded.Malformed(Broken);
            if (field is not { Number: TrpcFields.Init.ResponseMeta, IsBytes: true }) continue;
            var meta = new ProtoReader(message, field.Value, field.End);
            while (!meta.AtEnd)
            {
                if (!meta.TryField(out var inner)) return Decoded.Malformed(Broken);
                if (inner is { Number: TrpcFields.InitResponse.Return, IsVarint: true }) frame.Code = (int)inner.Varint;
            }
        }

        frame.Status = TrpcReturn.ToAnswer(frame.Code, 0);
        if (frame.Code != 0) frame.Flags = FrameFlags.EndBoth;
        return Decoded.Complete;
    }

    /// <summary>A client's close ends its half; a server's the whole, as its function has returned. A reset ends the whole.</summary>
    private static Decoded Closed(ReadOnlySpan<byte> message, Origin origin, ref Frame frame)
    {
        var service = 0;
        frame.Flags = origin == Origin.Server ? FrameFlags.EndBoth : FrameFlags.EndStream;
        var reader = new ProtoReader(message, TrpcHead.Size, frame.Length);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return Decoded.Malformed(Broken);
            if (!field.IsVarint) continue;
            if (field is { Number: TrpcFields.Close.Type, Varint: TrpcFields.Close.Reset }) frame.Flags = FrameFlags.EndBoth;
            else if (field.Number == TrpcFields.Close.Return) frame.Code = (int)field.Varint;
            else if (field.Number == TrpcFields.Close.FunctionReturn) service = (int)field.Varint;
        }

        frame.Status = TrpcReturn.ToAnswer(frame.Code, service);
        if (frame.Code == 0) frame.Code = service;
        return Decoded.Complete;
    }

    private static void SetId(in ProtoField field, ref Frame frame)
    {
        frame.Id = (uint)field.Varint;
        frame.Mark1 = field.Value;
    }
}
