using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// Answers of the proxy's own: a return code of the framework and its text, which clients make their exception of. TUP's answers repeat servant and
/// function, and their buffer is an empty map.
/// </summary>
internal static class TarsReplies
{
    private static ReadOnlySpan<byte> EmptyMap => [TarsReader.Map, TarsReader.Zero];

    /// <summary>The one table from reasons to return codes.</summary>
    public static int CodeOf(ReplyReason reason) => reason switch
    {
        // Nobody offers the servant, as far as this mesh knows.
        ReplyReason.NoRoute or ReplyReason.NoCluster => TarsReturn.NoServant,

        // What clients say if they have no endpoint to choose.
        ReplyReason.NoHealthyEndpoint => TarsReturn.AdapterNull,
        ReplyReason.ConnectFailure or ReplyReason.ConnectTimeout or ReplyReason.ConnectionClosed or ReplyReason.Draining
            => TarsReturn.ProxyConnectError,
        ReplyReason.Timeout => TarsReturn.InvokeTimeout,
        ReplyReason.Overflow or ReplyReason.RateLimited => TarsReturn.ServerOverload,
        ReplyReason.MalformedRequest => TarsReturn.ServerDecodeError,
        ReplyReason.MalformedResponse => TarsReturn.ClientDecodeError,
        ReplyReason.CannotRewrite => TarsReturn.ServerEncodeError,
        ReplyReason.Forbidden or ReplyReason.Fault => TarsReturn.ServerUnknownError,
        _ => TarsReturn.ServerUnknownError,
    };

    /// <inheritdoc cref="ICodec.WriteReply"/>
    public static int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        const int Room = 128; // all fields but servant, function and text
        var code = CodeOf(reason);
        var version = (int)request.Memo;
        var writer = new SpanWriter(output.GetSpan(Room + request.Kept.Length + text.Length));
        writer.Reserve(TarsPacket.LengthSize);
        TarsWriter.Number(ref writer, 1, version);
        TarsWriter.Number(ref writer, 2, 0);
        if (version is TarsPacket.TupComplex or TarsPacket.TupSimple) WriteTup(ref writer, request, code, text);
        else WriteTars(ref writer, request.Id, code, text);
        BinaryPrimitives.WriteInt32BigEndian(writer.Written, writer.Length);
        output.Advance(writer.Length);
        return code;
    }

    private static void WriteTars(ref SpanWriter writer, ulong id, int code, scoped ReadOnlySpan<byte> text)
    {
        TarsWriter.Number(ref writer, 3, (int)(uint)id);
        TarsWriter.Number(ref writer, 4, 0);
        TarsWriter.Number(ref writer, 5, code);
        TarsWriter.Bytes(ref writer, 6, default);
        TarsWriter.Map(ref writer, 7, 0);
        TarsWriter.Text(ref writer, 8, text);
        TarsWriter.Map(ref writer, 9, 0);
    }

    private static void WriteTup(ref SpanWriter writer, in RequestInfo request, int code, scoped ReadOnlySpan<byte> text)
    {
        TarsWriter.Number(ref writer, 3, 0);
        TarsWriter.Number(ref writer, 4, (int)(uint)request.Id);
        if (request.Kept.Length < RequestInfo.MaxKept)
        {
            writer.Write(request.Kept);
        }
        else
        {
            TarsWriter.Text(ref writer, 5, default); // They may have been cut.
            TarsWriter.Text(ref writer, 6, default);
        }

        TarsWriter.Bytes(ref writer, 7, EmptyMap);
        TarsWriter.Number(ref writer, 8, 0);
        TarsWriter.Map(ref writer, 9, 0);
        TarsWriter.Map(ref writer, 10, 2);
        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(code, digits, out var length);
        TarsWriter.Pair(ref writer, TarsReturn.TupCode, digits[..length]);
        TarsWriter.Pair(ref writer, TarsReturn.TupDescription, text);
    }
}
