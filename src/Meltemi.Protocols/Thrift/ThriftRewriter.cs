using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Writes messages with another id and, under a THeader, other pairs. What cannot be done: pairs without a THeader, changes of
/// attributes that are not pairs, a new id for a message that a transform hides, a header of more than 128 KiB.
/// </summary>
internal static class ThriftRewriter
{
    public static bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        if (id > uint.MaxValue) return false;
        if (!ThriftDecoder.HasEnvelope(frame)) return id == frame.Id;
        var dialect = ThriftDialect.Of(frame.Variant);
        var envelope = ThriftEnvelope.Again(message, frame);
        if (dialect.Protocol == ThriftProtocol.Compact)
        {
            if (ThriftWriter.VarintBytes((uint)id) != envelope.IdLength) return false;
            new ThriftWriter(message[envelope.IdOffset..]).Varint((uint)id);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(message[envelope.IdOffset..], (int)id);
        }

        if (dialect.Transport == ThriftTransport.Header)
        {
            BinaryPrimitives.WriteInt32BigEndian(message[ThriftHeader.IdOffset..], ThriftMemo.HeaderId(frame, id));
        }

        return true;
    }

    public static bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output)
    {
        if (id > uint.MaxValue || !CanApply(mutation)) return false;
        var dialect = ThriftDialect.Of(frame.Variant);
        if (dialect.Transport == ThriftTransport.Header) return ThriftHeaderRewriter.Rewrite(message, frame, id, mutation, output);
        if (new MutationPass(mutation).NextInsert(out _, out _)) return false;
        var envelope = ThriftEnvelope.Again(message, frame);
        var writer = new ThriftWriter(output.GetSpan(envelope.BodyOffset + ThriftWriter.MaxVarint));
        Envelope(ref writer, message, 0, envelope, dialect.Protocol, (int)id);
        if (dialect.Transport == ThriftTransport.Framed)
        {
            writer.Int32At(0, writer.Position + message.Length - envelope.BodyOffset - 4);
        }

        output.Advance(writer.Position);
        output.Write(message[envelope.BodyOffset..]);
        return true;
    }

    /// <summary>Copies the message from <paramref name="from"/> up to its struct, with another id.</summary>
    public static void Envelope(
        ref ThriftWriter writer, ReadOnlySpan<byte> message, int from, in ThriftEnvelope envelope, ThriftProtocol protocol, int id)
    {
        writer.Bytes(message[from..envelope.IdOffset]);
        if (protocol == ThriftProtocol.Compact) writer.Varint((uint)id);
        else writer.Int32(id);
        writer.Bytes(message[(envelope.IdOffset + envelope.IdLength)..envelope.BodyOffset]);
    }

    private static bool CanApply(Mutation mutation)
    {
        foreach (ref readonly var change in mutation.Changes)
        {
            if (ThriftAttributes.IsFixed(change.Key.Span)) return false;
        }

        return true;
    }
}
