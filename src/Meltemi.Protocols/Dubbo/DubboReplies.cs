using System.Buffers;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;
using Meltemi.Protocols.Dubbo.FastJson;
using Meltemi.Protocols.Dubbo.Hessian2;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// Answers of the proxy's own: a status other than 20 and the text. Java's client throws an <c>RpcException</c> with the text at once: of
/// the kind "timeout" for 30 and 31, of the kind "network" for all others, also for those that it does not know.
/// Written in the request's serialization if that is fastjson, else in Hessian 2, which every Dubbo reads whatever it prefers to write.
/// </summary>
internal static class DubboReplies
{
    /// <summary>The one table from reasons to statuses.</summary>
    public static byte StatusOf(ReplyReason reason) => reason switch
    {
        // Nobody offers the service, as far as this mesh knows.
        ReplyReason.NoRoute or ReplyReason.NoCluster => DubboStatus.ServiceNotFound,

        // There is no connection, or none any more, over which the request could be answered: what 35 stands for.
        ReplyReason.ConnectFailure or ReplyReason.ConnectTimeout or ReplyReason.ConnectionClosed or ReplyReason.Draining
            => DubboStatus.ChannelInactive,

        // 31, not 30: the request was on its way, and the server's side did not answer.
        ReplyReason.Timeout => DubboStatus.ServerTimeout,

        // "Too busy to try"; clients count it like a full thread pool.
        ReplyReason.Overflow or ReplyReason.RateLimited => DubboStatus.ThreadPoolExhausted,

        ReplyReason.MalformedRequest => DubboStatus.BadRequest,
        ReplyReason.MalformedResponse => DubboStatus.BadResponse,

        // The service is there and refuses this call.
        ReplyReason.Forbidden => DubboStatus.ServiceError,

        // The service is known, its servers are not well; a fault plays just that, and a message that cannot be rewritten is our failure.
        ReplyReason.NoHealthyEndpoint or ReplyReason.Fault or ReplyReason.CannotRewrite => DubboStatus.ServerError,
        _ => DubboStatus.ServerError,
    };

    /// <inheritdoc cref="ICodec.WriteReply"/>
    public static int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var status = StatusOf(reason);
        if (DubboMemo.Serialization(request.Memo) == DubboSerialization.FastJson)
            Write<FastJsonWriter>(DubboSerialization.FastJson, status, request.Id, text, output);
        else
            Write<Hessian2Writer>(DubboSerialization.Hessian2, status, request.Id, text, output);
        return status;
    }

    private static void Write<TWriter>(int serialization, byte status, ulong id, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
        where TWriter : IDubboBodyWriter
    {
        const int EndSize = 1;
        var writer = new SpanWriter(output.GetSpan((int)(DubboHeader.Size + TWriter.MaxTextSize(text) + EndSize)));
        var header = writer.Reserve(DubboHeader.Size);
        TWriter.WriteText(ref writer, text);
        TWriter.EndValue(ref writer);
        DubboHeader.Write(header, (byte)serialization, status, id, writer.Length - DubboHeader.Size);
        output.Advance(writer.Length);
    }
}
