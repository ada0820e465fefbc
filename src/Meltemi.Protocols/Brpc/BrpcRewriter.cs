using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Brpc;

/// <summary>
/// Writes messages with another correlation id and with user fields changed; everything else is copied.
/// <para>It says no to: attributes that are no user fields; another id for a stream's frame, which has none; a message that grows over the limit.</para>
/// </summary>
internal static class BrpcRewriter
{
    /// <inheritdoc cref="ICodec.TryPatchId"/>
    public static bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        if (frame.Kind == MessageKind.ServerPush || frame.Mark1 == 0) return id == frame.Id;
        if (ProtoWriter.VarintSize(id) != frame.Mark1) return false;
        var writer = new SpanWriter(message.Slice(frame.Mark0, frame.Mark1));
        ProtoWriter.Varint(ref writer, id);
        return true;
    }

    /// <inheritdoc cref="ICodec.Rewrite"/>
    public static bool Rewrite(
        ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, int maxFrameBytes, IBufferWriter<byte> output)
    {
        message = message[..frame.Length];
        var isStream = frame.Kind == MessageKind.ServerPush;
        if (isStream && (id != frame.Id || !mutation.IsEmpty)) return false;
        if (!CanApply(mutation, frame.Kind == MessageKind.Request ? Origin.Client : Origin.Server)) return false;
        var growth = ProtoMap.NumberOverhead + mutation.TotalBytes + (long)ProtoMap.PairOverhead * mutation.Count;
        if (message.Length + growth > Array.MaxLength) return false;
        var writer = new SpanWriter(output.GetSpan((int)(message.Length + growth)));
        if (isStream)
        {
            writer.Write(message);
            output.Advance(writer.Length);
            return true;
        }

        var end = BrpcMeta.EndOf(message);
        writer.Write(message[..BrpcMeta.HeadSize]);
        if (!ProtoMap.TryRewrite(ref writer, message, BrpcMeta.HeadSize, end, BrpcMeta.UserFields, mutation, BrpcMeta.IdField, id)) return false;
        BinaryPrimitives.WriteInt32BigEndian(writer.Written[8..], writer.Length - BrpcMeta.HeadSize);
        writer.Write(message[end..]);
        if (!mutation.IsEmpty && writer.Length > maxFrameBytes) return false;
        BinaryPrimitives.WriteInt32BigEndian(writer.Written[4..], writer.Length - BrpcMeta.HeadSize);
        output.Advance(writer.Length);
        return true;
    }

    private static bool CanApply(Mutation mutation, Origin origin)
    {
        foreach (ref readonly var change in mutation.Changes)
        {
            if (BrpcAttributes.IsFixed(change.Key.Span, origin)) return false;
        }

        return true;
    }
}
