using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// Writes messages with another id and with pairs of the header block changed. The CRC, where there is one, is written anew.
/// <para>It says no to: attributes that are no pairs, a header block that is broken, one of more than 32767 bytes (SOFABolt reads the length
/// as signed), and a message that grows over the frame limit.</para>
/// </summary>
internal static class BoltRewriter
{
    private const int MaxHeader = short.MaxValue;
    private const int PairOverhead = 8;

    /// <inheritdoc cref="ICodec.TryPatchId"/>
    public static bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        if (id > uint.MaxValue) return false;
        BinaryPrimitives.WriteUInt32BigEndian(message[BoltLayout.Of(message).IdAt..], (uint)id);
        if (HasCrc(frame)) BoltCrc.Write(message[..frame.Length]);
        return true;
    }

    /// <inheritdoc cref="ICodec.Rewrite"/>
    public static bool Rewrite(
        ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, int maxFrameBytes, IBufferWriter<byte> output)
    {
        if (id > uint.MaxValue || !CanApply(mutation)) return false;
        message = message[..frame.Length];
        var writer = new SpanWriter(output.GetSpan(message.Length + mutation.TotalBytes + PairOverhead * mutation.Count));
        writer.Write(message[..frame.Mark0]);
        if (mutation.IsEmpty) writer.Write(message.Slice(frame.Mark0, frame.Mark1));
        else if (!WritePairs(ref writer, message, frame, mutation)) return false;
        var header = writer.Length - frame.Mark0;
        writer.Write(message[(frame.Mark0 + frame.Mark1)..]);
        if (!mutation.IsEmpty && (header > MaxHeader || writer.Length > maxFrameBytes)) return false;

        BinaryPrimitives.WriteUInt16BigEndian(writer.Written[BoltLayout.Of(message).HeaderLengthAt..], (ushort)header);
        var rewritten = frame;
        rewritten.Length = writer.Length;
        TryPatchId(writer.Written, rewritten, id);
        output.Advance(writer.Length);
        return true;
    }

    private static bool WritePairs(ref SpanWriter writer, ReadOnlySpan<byte> message, in Frame frame, Mutation mutation)
    {
        var pass = new MutationPass(mutation);
        var pairs = new BoltPairs(message, frame.Mark0, frame.Mark1);
        while (pairs.Next())
        {
            ReadOnlySpan<byte> value = default;
            var fate = pairs.Key.IsNull ? PairFate.Keep : pass.Meet(pairs.Key.In(message), out value);
            if (fate == PairFate.Keep) writer.Write(message[pairs.PairStart..pairs.PairEnd]);
            else if (fate == PairFate.Replace) WritePair(ref writer, pairs.Key.In(message), value);
        }

        while (pass.NextInsert(out var key, out var value)) WritePair(ref writer, key, value);
        return !pairs.Malformed;
    }

    public static void WritePair(ref SpanWriter writer, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32BigEndian(writer.Reserve(4), key.Length);
        writer.Write(key);
        BinaryPrimitives.WriteInt32BigEndian(writer.Reserve(4), value.Length);
        writer.Write(value);
    }

    private static bool HasCrc(in Frame frame) => frame.Variant == (byte)BoltVariant.V2WithCrc;

    private static bool CanApply(Mutation mutation)
    {
        foreach (ref readonly var change in mutation.Changes)
        {
            if (BoltAttributes.IsFixed(change.Key.Span)) return false;
        }

        return true;
    }
}
