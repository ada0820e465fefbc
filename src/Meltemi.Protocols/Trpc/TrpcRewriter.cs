using System.Buffers;
using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Trpc;

/// <summary>
/// Writes frames with another id and with pairs of <c>trans_info</c> changed; everything else is copied.
/// <para>It says no to: attributes that are no pairs; new pairs for a frame that opens a stream without a meta; a head of more than 64 KiB; a frame
/// that grows over the limit.</para>
/// </summary>
internal static class TrpcRewriter
{
    /// <inheritdoc cref="ICodec.TryPatchId"/>
    public static bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        if (id > uint.MaxValue) return false;
        if (frame.Variant == TrpcDecoder.UnaryVariant)
        {
            if (frame.Mark1 == 0 || ProtoWriter.VarintSize(id) != VarintSizeAt(message, frame.Mark1)) return false;
            if (HasIdInHead(message, frame)) TrpcHead.WriteId(message, (uint)id);
            var writer = new SpanWriter(message[frame.Mark1..]);
            ProtoWriter.Varint(ref writer, id);
            return true;
        }

        TrpcHead.WriteId(message, (uint)id);
        return true;
    }

    /// <inheritdoc cref="ICodec.Rewrite"/>
    public static bool Rewrite(
        ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, int maxFrameBytes, IBufferWriter<byte> output)
    {
        message = message[..frame.Length];
        var origin = frame.Kind == MessageKind.Response ? Origin.Server : Origin.Client;
        if (id > uint.MaxValue || !CanApply(mutation, origin)) return false;
        var growth = ProtoMap.NumberOverhead + mutation.TotalBytes + (long)ProtoMap.PairOverhead * mutation.Count;
        if (message.Length + growth > Array.MaxLength) return false;
        var writer = new SpanWriter(output.GetSpan((int)(message.Length + growth)));
        writer.Write(message[..TrpcHead.Size]);
        if (frame.Variant == TrpcDecoder.UnaryVariant)
        {
            var isAnswer = origin == Origin.Server;
            var map = isAnswer ? TrpcFields.Response.TransInfo : TrpcFields.Request.TransInfo;
            if (!ProtoMap.TryRewrite(ref writer, message, TrpcHead.Size, frame.Mark0, map, mutation, TrpcFields.Request.Id, id)) return false;
            if (writer.Length - TrpcHead.Size > ushort.MaxValue) return false;
            TrpcHead.WriteHeadLength(writer.Written, writer.Length - TrpcHead.Size);
            if (HasIdInHead(message, frame)) TrpcHead.WriteId(writer.Written, (uint)id);
            writer.Write(message[frame.Mark0..]);
        }
        else
        {
            TrpcHead.WriteId(writer.Written, (uint)id);
            if (mutation.IsEmpty) writer.Write(message[TrpcHead.Size..]);
            else if (frame.Kind != MessageKind.StreamOpen || !TryRewriteOpening(ref writer, message, mutation)) return false;
        }

        if (!mutation.IsEmpty && writer.Length > maxFrameBytes) return false;
        TrpcHead.WriteLength(writer.Written, writer.Length);
        output.Advance(writer.Length);
        return true;
    }

    /// <summary>The meta stands in a field, whose length is known only when it is written: it is written twice, first to be measured.</summary>
    private static bool TryRewriteOpening(ref SpanWriter writer, ReadOnlySpan<byte> message, Mutation mutation)
    {
        var found = false;
        var reader = new ProtoReader(message, TrpcHead.Size, message.Length);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (found || field is not { Number: TrpcFields.Init.RequestMeta, IsBytes: true })
            {
                writer.Write(message[field.Start..field.End]);
                continue;
            }

            found = true;
            var measure = new SpanWriter(writer.Rest);
            if (!ProtoMap.TryRewrite(ref measure, message, field.Value, field.End, TrpcFields.InitRequest.TransInfo, mutation)) return false;
            ProtoWriter.Varint(ref writer, TrpcFields.Init.RequestMeta << 3 | ProtoReader.Bytes);
            ProtoWriter.Varint(ref writer, (ulong)measure.Length);
            ProtoMap.TryRewrite(ref writer, message, field.Value, field.End, TrpcFields.InitRequest.TransInfo, mutation);
        }

        return found || !new MutationPass(mutation).NextInsert(out _, out _);
    }

    private static bool HasIdInHead(ReadOnlySpan<byte> message, in Frame frame) => frame.Id != 0 && TrpcHead.Id(message) == frame.Id;

    private static int VarintSizeAt(ReadOnlySpan<byte> message, int at)
    {
        var size = 1;
        while (message[at++] >= 0x80) size++;
        return size;
    }

    private static bool CanApply(Mutation mutation, Origin origin)
    {
        foreach (ref readonly var change in mutation.Changes)
        {
            if (TrpcAttributes.IsFixed(change.Key.Span, origin)) return false;
        }

        return true;
    }
}
