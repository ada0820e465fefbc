using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// Answers of the proxy's own. Java's client makes exceptions of its own of some statuses (timed out, busy, connection closed), whose texts are
/// its own too; of 2, 17 and 18 it makes one whose cause is the exception in the content. So those carry what no other status says.
/// Node's client shows the content's text with every status.
/// </summary>
internal static class BoltReplies
{
    /// <summary>Longest text, in bytes; what is longer is cut.</summary>
    private const int MaxText = 0x7000;

    private static ReadOnlySpan<byte> ResponseClass => "com.alipay.sofa.rpc.core.response.SofaResponse"u8;

    /// <summary>The one table from reasons to statuses.</summary>
    public static ushort StatusOf(ReplyReason reason) => reason switch
    {
        ReplyReason.Timeout => BoltStatus.Timeout,
        ReplyReason.Overflow or ReplyReason.RateLimited => BoltStatus.ServerThreadPoolBusy,

        // There is no connection, or none any more, over which the request could be answered.
        ReplyReason.ConnectFailure or ReplyReason.ConnectTimeout or ReplyReason.ConnectionClosed or ReplyReason.Draining
            => BoltStatus.ConnectionClosed,
        ReplyReason.MalformedRequest => BoltStatus.ServerDeserialException,
        ReplyReason.MalformedResponse => BoltStatus.CodecException,
        ReplyReason.CannotRewrite => BoltStatus.ServerSerialException,

        // 6 (no processor) would be nearer to "no route", but Java's client then shows neither text nor cause.
        ReplyReason.NoRoute or ReplyReason.NoCluster or ReplyReason.NoHealthyEndpoint or ReplyReason.Forbidden or ReplyReason.Fault
            => BoltStatus.ServerException,
        _ => BoltStatus.ServerException,
    };

    /// <inheritdoc cref="ICodec.WriteReply"/>
    public static int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        const int Room = 256; // fixed fields, class names, header, Hessian around the text, CRC
        var status = StatusOf(reason);
        var codec = BoltMemo.Codec(request.Memo);
        var variant = (BoltVariant)request.Variant;
        text = text[..Math.Min(text.Length, MaxText)];
        var writer = new SpanWriter(output.GetSpan(Room + 3 * text.Length));
        var layout = BoltLayout.Write(writer.Rest, variant, BoltLayout.Answer, BoltLayout.RpcAnswer, (uint)request.Id, codec, status);
        writer.Reserve(layout.Size);

        var isHessian = codec == BoltMemo.Hessian;
        var name = isHessian ? BoltException.ClassName : ResponseClass;
        writer.Write(name);
        var headerAt = writer.Length;
        if (!isHessian) BoltRewriter.WritePair(ref writer, BoltAttributes.ResponseError, "true"u8);
        var contentAt = writer.Length;
        if (isHessian) BoltException.Write(ref writer, text, BoltMemo.IsNewHessian(request.Memo));
        else writer.Write(text);

        BinaryPrimitives.WriteUInt16BigEndian(writer.Written[layout.ClassLengthAt..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16BigEndian(writer.Written[layout.HeaderLengthAt..], (ushort)(contentAt - headerAt));
        BinaryPrimitives.WriteInt32BigEndian(writer.Written[layout.ContentLengthAt..], writer.Length - contentAt);
        if (variant == BoltVariant.V2WithCrc)
        {
            writer.Reserve(BoltCrc.Size);
            BoltCrc.Write(writer.Written);
        }

        output.Advance(writer.Length);
        return status;
    }
}
