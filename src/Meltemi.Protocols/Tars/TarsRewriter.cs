using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// Writes packets with another number and with changes: pairs of the two maps, and the servant and function of requests. Fields that nothing
/// touches are copied.
/// <para>It says no to: other attributes; removing servant or function; another number for a push; new pairs for a map that the packet does not have or that is no map of
/// texts; a packet that grows over the frame limit.</para>
/// </summary>
internal static class TarsRewriter
{
    /// <inheritdoc cref="ICodec.TryPatchId"/>
    public static bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        var size = frame.Mark1 - frame.Mark0;
        if (!CanCarry(id, frame) || TarsWriter.NumberSize((int)(uint)id) != size) return false;
        var writer = new SpanWriter(message.Slice(frame.Mark0, size));
        TarsWriter.Number(ref writer, message[frame.Mark0] >> 4, (int)(uint)id);
        return true;
    }

    /// <inheritdoc cref="ICodec.Rewrite"/>
    public static bool Rewrite(
        ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, int maxFrameBytes, IBufferWriter<byte> output)
    {
        message = message[..frame.Length];
        var ofAnswer = frame.Kind is MessageKind.Response or MessageKind.ServerPush;
        if (!CanCarry(id, frame) || !CanApply(mutation, ofAnswer) || !TarsPacket.TryRead(message, out var packet)) return false;

        // The number and both maps' counts may grow, and each changed pair by its texts' heads.
        var growth = 3 * TarsWriter.MaxNumber + mutation.TotalBytes + 2L * TarsWriter.MaxTextOverhead * mutation.Count;
        if (message.Length + growth > Array.MaxLength) return false;
        var writer = new SpanWriter(output.GetSpan((int)(message.Length + growth)));
        writer.Write(message[..frame.Mark0]);
        TarsWriter.Number(ref writer, message[frame.Mark0] >> 4, (int)(uint)id);
        var at = frame.Mark1;
        if (!mutation.IsEmpty)
        {
            if (!ofAnswer)
            {
                ReplaceText(ref writer, message, packet.Servant, "servant"u8, 5, mutation, ref at);
                ReplaceText(ref writer, message, packet.Function, "func"u8, 6, mutation, ref at);
            }

            // Of a request the context comes first, of an answer the status.
            var context = new TarsMapChange(message, packet.Context, mutation, false, ofAnswer);
            var status = new TarsMapChange(message, packet.Status, mutation, true, ofAnswer);
            if (packet.IsResponse && !status.Write(ref writer, ref at)) return false;
            if (!context.Write(ref writer, ref at)) return false;
            if (!packet.IsResponse && !status.Write(ref writer, ref at)) return false;
        }

        writer.Write(message[at..]);
        if (!mutation.IsEmpty && writer.Length > maxFrameBytes) return false;
        BinaryPrimitives.WriteInt32BigEndian(writer.Written, writer.Length);
        output.Advance(writer.Length);
        return true;
    }

    private static void ReplaceText(
        ref SpanWriter writer, ReadOnlySpan<byte> message, TarsField field, ReadOnlySpan<byte> name, int tag, Mutation mutation, ref int at)
    {
        var index = mutation.IndexOf(name);
        if (index < 0 || mutation.Changes[index].Kind != ChangeKind.Set) return;
        writer.Write(message[at..field.Start]);
        TarsWriter.Text(ref writer, tag, mutation.Changes[index].Value.Span);
        at = field.End;
    }

    /// <summary>A push is one by its number, which stays 0.</summary>
    private static bool CanCarry(ulong id, in Frame frame) => id <= uint.MaxValue && (frame.Kind != MessageKind.ServerPush || id == frame.Id);

    private static bool CanApply(Mutation mutation, bool ofAnswer)
    {
        foreach (ref readonly var change in mutation.Changes)
        {
            var name = change.Key.Span;
            if (TarsAttributes.IsStatus(name) || TarsAttributes.IsContext(name, ofAnswer)) continue;
            var isText = !ofAnswer && (name.SequenceEqual("servant"u8) || name.SequenceEqual("func"u8));
            if (!isText || change.Kind == ChangeKind.Remove) return false;
        }

        return true;
    }
}
