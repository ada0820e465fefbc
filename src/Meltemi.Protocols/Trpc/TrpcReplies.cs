using System.Buffers;
using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Trpc;

/// <summary>
/// Answers of the proxy's own: the framework's code and the text, in the head of an answer; to a stream that is not open yet in the frame that a server
/// opens it with, to an open one in a reset.
/// </summary>
internal static class TrpcReplies
{
    // Head, tags, lengths and codes; the text comes on top.
    private const int Room = 96;

    /// <inheritdoc cref="ICodec.WriteReply"/>
    public static int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var code = TrpcReturn.Of(reason);
        var writer = new SpanWriter(output.GetSpan(Room + text.Length));
        if (request.Kind != MessageKind.StreamOpen) WriteAnswer(ref writer, request, code, text);
        else if (request.HasBegun) WriteReset(ref writer, (uint)request.Id, code, text);
        else WriteRefusal(ref writer, (uint)request.Id, code, text);
        TrpcHead.WriteLength(writer.Written, writer.Length);
        output.Advance(writer.Length);
        return code;
    }

    /// <summary>Tells a server that nobody waits for a stream any more. There is no such word for calls.</summary>
    public static void WriteCancel(ulong id, byte variant, IBufferWriter<byte> output)
    {
        if (variant != TrpcDecoder.StreamVariant) return;
        var writer = new SpanWriter(output.GetSpan(Room));
        WriteReset(ref writer, (uint)id, TrpcReturn.ClientCanceled, "canceled"u8);
        TrpcHead.WriteLength(writer.Written, writer.Length);
        output.Advance(writer.Length);
    }

    private static void WriteAnswer(ref SpanWriter writer, in RequestInfo request, int code, scoped ReadOnlySpan<byte> text)
    {
        var hasIdInHead = request.Memo != 0;
        TrpcHead.Write(ref writer, TrpcHead.Unary, 0, hasIdInHead ? (uint)request.Id : 0);
        ProtoWriter.Number(ref writer, TrpcFields.Response.Id, request.Id);
        ProtoWriter.Number(ref writer, TrpcFields.Response.Return, (ulong)code);
        text = text[..Math.Min(text.Length, ushort.MaxValue - Room)];
        ProtoWriter.Bytes(ref writer, TrpcFields.Response.ErrorMessage, text);
        TrpcHead.WriteHeadLength(writer.Written, writer.Length - TrpcHead.Size);
    }

    private static void WriteRefusal(ref SpanWriter writer, uint id, int code, scoped ReadOnlySpan<byte> text)
    {
        TrpcHead.Write(ref writer, TrpcHead.Stream, TrpcHead.Init, id);
        ProtoWriter.Varint(ref writer, TrpcFields.Init.ResponseMeta << 3 | ProtoReader.Bytes);
        var size = 1 + ProtoWriter.VarintSize((ulong)code) + 1 + ProtoWriter.VarintSize((ulong)text.Length) + text.Length;
        ProtoWriter.Varint(ref writer, (ulong)size);
        ProtoWriter.Number(ref writer, TrpcFields.InitResponse.Return, (ulong)code);
        ProtoWriter.Bytes(ref writer, TrpcFields.InitResponse.ErrorMessage, text);
    }

    private static void WriteReset(ref SpanWriter writer, uint id, int code, scoped ReadOnlySpan<byte> text)
    {
        TrpcHead.Write(ref writer, TrpcHead.Stream, TrpcHead.Close, id);
        ProtoWriter.Number(ref writer, TrpcFields.Close.Type, TrpcFields.Close.Reset);
        ProtoWriter.Number(ref writer, TrpcFields.Close.Return, (ulong)code);
        ProtoWriter.Bytes(ref writer, TrpcFields.Close.Message, text);
    }
}
