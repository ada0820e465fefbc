using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Rewrites a message under a THeader. With changes of pairs: all pairs go into one block, blocks that we do not know are copied
/// behind it, and the header is filled up to whole words again. Without: the header is copied.
/// </summary>
internal static class ThriftHeaderRewriter
{
    /// <summary>The specification leaves the first bit of the header's size 0, and readers differ in what they make of it.</summary>
    private const int MaxWords = short.MaxValue;

    public static bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output)
    {
        var hasEnvelope = ThriftDecoder.HasEnvelope(frame);
        if (!hasEnvelope && id != frame.Id) return false;
        if (ThriftHeader.Read(message, out var header) is not null) return false;
        var envelope = hasEnvelope ? ThriftEnvelope.Again(message, frame) : default;
        var body = hasEnvelope ? envelope.BodyOffset : header.PayloadOffset;
        var growth = mutation.TotalBytes + (2 * ThriftWriter.MaxVarint * mutation.Count) + (3 * ThriftWriter.MaxVarint) + 4;
        var writer = new ThriftWriter(output.GetSpan(body + growth));

        if (mutation.IsEmpty) writer.Bytes(message[..header.PayloadOffset]);
        else if (!Pairs(ref writer, message, header, mutation)) return false;
        var words = (writer.Position - ThriftHeader.Start) / 4;
        if (words > MaxWords && !mutation.IsEmpty) return false;
        if (hasEnvelope)
        {
            var protocol = ThriftDialect.Of(frame.Variant).Protocol;
            ThriftRewriter.Envelope(ref writer, message, header.PayloadOffset, envelope, protocol, (int)id);
        }

        writer.Int32At(0, writer.Position + message.Length - body - 4);
        if (hasEnvelope) writer.Int32At(ThriftHeader.IdOffset, ThriftMemo.HeaderId(frame, id));
        writer.UInt16At(ThriftHeader.WordsOffset, words);
        output.Advance(writer.Position);
        output.Write(message[body..]);
        return true;
    }

    private static bool Pairs(ref ThriftWriter writer, ReadOnlySpan<byte> message, in ThriftHeader header, Mutation mutation)
    {
        if (!Count(message, header, mutation, out var count)) return false;
        writer.Bytes(message[..header.InfoOffset]);
        if (count > 0)
        {
            writer.Varint(ThriftHeaderPairs.KeyValueBlock);
            writer.Varint((uint)count);
        }

        var pass = new MutationPass(mutation);
        var pairs = new ThriftHeaderPairs(message, header);
        while (pairs.Next())
        {
            var key = message[pairs.Key];
            var fate = pass.Meet(key, out var value);
            if (fate == PairFate.Drop) continue;
            writer.ShortText(key);
            writer.ShortText(fate == PairFate.Keep ? message[pairs.Value] : value);
        }

        while (pass.NextInsert(out var key, out var value))
        {
            writer.ShortText(key);
            writer.ShortText(value);
        }

        var rest = message[pairs.RestOffset..header.PayloadOffset];
        if (!rest.IsEmpty && rest[0] != 0) writer.Bytes(rest);
        while ((writer.Position - ThriftHeader.Start) % 4 != 0) writer.Byte(0);
        return true;
    }

    private static bool Count(ReadOnlySpan<byte> message, in ThriftHeader header, Mutation mutation, out int count)
    {
        count = 0;
        var pass = new MutationPass(mutation);
        var pairs = new ThriftHeaderPairs(message, header);
        while (pairs.Next())
        {
            if (pass.Meet(message[pairs.Key], out _) != PairFate.Drop) count++;
        }

        while (pass.NextInsert(out _, out _)) count++;
        return !pairs.Malformed;
    }
}
