using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Brpc;

/// <summary>Answers of the proxy's own: an error code and its text in the meta, no payload. The client's controller fails with both.</summary>
internal static class BrpcReplies
{
    /// <inheritdoc cref="ICodec.WriteReply"/>
    public static int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        const int Room = 64; // head, tags, lengths, code, id
        var code = BrpcErrors.Of(reason);
        var writer = new SpanWriter(output.GetSpan(Room + text.Length));
        writer.Write("PRPC\0\0\0\0\0\0\0\0"u8);
        ProtoWriter.Varint(ref writer, BrpcMeta.ResponseField << 3 | ProtoReader.Bytes);
        var textSize = 1 + ProtoWriter.VarintSize((ulong)text.Length) + text.Length;
        ProtoWriter.Varint(ref writer, (ulong)(1 + ProtoWriter.VarintSize((ulong)code) + textSize));
        ProtoWriter.Number(ref writer, BrpcMeta.ErrorCode, (ulong)code);
        ProtoWriter.Bytes(ref writer, BrpcMeta.ErrorText, text);
        ProtoWriter.Number(ref writer, BrpcMeta.IdField, request.Id);
        BinaryPrimitives.WriteInt32BigEndian(writer.Written[4..], writer.Length - BrpcMeta.HeadSize);
        BinaryPrimitives.WriteInt32BigEndian(writer.Written[8..], writer.Length - BrpcMeta.HeadSize);
        output.Advance(writer.Length);
        return code;
    }
}
