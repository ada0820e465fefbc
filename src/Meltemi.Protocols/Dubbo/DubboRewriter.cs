using System.Buffers;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;
using Meltemi.Protocols.Dubbo.FastJson;
using Meltemi.Protocols.Dubbo.Hessian2;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// Writes messages with changed attachments: everything before the attachments as it is, then each pair kept, replaced or dropped, then
/// the new pairs, then the rest. Values that no change names keep their bytes, whatever their type.
/// <para>It says no to: a serialization that we do not read; a body that is broken; attachments that are no map; pairs for an answer that
/// has no place for them (an error, or a client that does not know attachments of answers); a message that grows over the frame limit; a
/// key or value of more than <see cref="MaxText"/> bytes; and to taking away a value that later values may refer to.</para>
/// <para>Changes named like a field of the body's head (<c>path</c>, <c>version</c>, ...) are changes of the attachment of that name, where
/// servers look first; the attributes of <see cref="DubboAttributes"/> that come from the head do not change.</para>
/// </summary>
internal static class DubboRewriter
{
    /// <summary>Longest key or value that is written: what fits one chunk of Hessian, so that it can be read in place again.</summary>
    private const int MaxText = 0x8000;

    /// <inheritdoc cref="ICodec.Rewrite"/>
    public static bool Rewrite(
        ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, int maxFrameBytes, IBufferWriter<byte> output)
    {
        message = message[..frame.Length];
        if (mutation.IsEmpty) return Copy(message, id, output);
        var isAnswer = (message[2] & DubboHeader.Request) == 0;
        if (isAnswer && frame.Mark1 == DubboResult.Unknown) return !Inserts(mutation) && Copy(message, id, output);
        switch (DubboSerialization.Of(message))
        {
            case DubboSerialization.Hessian2:
                var hessian = new Hessian2Reader(message, DubboHeader.Size);
                var done = Rewrite<Hessian2Reader, Hessian2Writer>(ref hessian, message, frame, id, mutation, maxFrameBytes, output);
                hessian.Dispose();
                return done;
            case DubboSerialization.FastJson:
                var json = new FastJsonReader(message, DubboHeader.Size);
                return Rewrite<FastJsonReader, FastJsonWriter>(ref json, message, frame, id, mutation, maxFrameBytes, output);
            default:
                return false;
        }
    }

    private static bool Rewrite<TBody, TWriter>(
        ref TBody body, ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, int maxFrameBytes,
        IBufferWriter<byte> output)
        where TBody : struct, IDubboBody, allows ref struct
        where TWriter : IDubboBodyWriter
    {
        // 1. Find the attachments.
        var isAnswer = (message[2] & DubboHeader.Request) == 0;
        if (!(isAnswer ? DubboSeek.ToAnswerAttachments(ref body, frame) : DubboSeek.ToRequestAttachments(ref body, message))) return false;
        var attachmentsAt = body.Position;
        var mayHaveMap = !isAnswer || DubboResult.HasAttachments(frame.Mark1);
        var map = mayHaveMap ? body.ReadMapStart() : MapStart.Absent;
        if (map == MapStart.NoMap) return false;
        if (map != MapStart.Open && !Inserts(mutation)) return Copy(message, id, output);
        if (!mayHaveMap && !DubboMemo.CanReadAttachments(frame.Memo)) return false;

        // 2. Everything before them, and the result type that announces them.
        var room = message.Length + MaxGrowth<TWriter>(mutation);
        if (room > Array.MaxLength) return false;
        var writer = new SpanWriter(output.GetSpan((int)room));
        writer.Write(message[..DubboHeader.Size]);
        if (isAnswer && !mayHaveMap)
        {
            TWriter.WriteNumber(ref writer, DubboResult.WithAttachments(frame.Mark1));
            writer.Write(message[frame.Mark0..attachmentsAt]);
        }
        else
        {
            writer.Write(message[DubboHeader.Size..attachmentsAt]);
        }

        // 3. The pairs.
        if (map == MapStart.Open) writer.Write(message[attachmentsAt..body.Position]);
        else TWriter.OpenMap(ref writer);
        var pass = new MutationPass(mutation);
        var first = true;
        if (map == MapStart.Open && !CopyPairs<TBody, TWriter>(ref body, message, ref pass, ref writer, ref first)) return false;
        while (pass.NextInsert(out var key, out var value)) WritePair<TWriter>(ref writer, key, value, ref first);
        TWriter.CloseMap(ref writer);

        // 4. The rest, and the header now that the length is known.
        if (map != MapStart.Open) TWriter.EndValue(ref writer);
        writer.Write(message[body.Position..]);
        if (writer.Length > maxFrameBytes) return false;
        DubboHeader.WriteId(writer.Written, id);
        DubboHeader.WriteBodyLength(writer.Written, writer.Length - DubboHeader.Size);
        output.Advance(writer.Length);
        return true;
    }

    private static bool CopyPairs<TBody, TWriter>(
        ref TBody body, ReadOnlySpan<byte> message, scoped ref MutationPass pass, scoped ref SpanWriter writer, ref bool first)
        where TBody : struct, IDubboBody, allows ref struct
        where TWriter : IDubboBodyWriter
    {
        var lostPlaces = false;
        while (true)
        {
            body.PlaceMatters = false;
            var step = body.ReadKey(out var key);
            if (step != MapStep.Pair) return step == MapStep.End;
            if (!body.TryReadValue(out _)) return false;
            using var name = DecodedText.Of(ref body, key, message);
            ReadOnlySpan<byte> value = default;
            var fate = key.IsNull || !name.IsWhole ? PairFate.Keep : pass.Meet(name.Utf8, out value);
            if (fate == PairFate.Keep)
            {
                if (lostPlaces && body.PlaceMatters) return false;
                TWriter.BeforeKey(ref writer, first);
                writer.Write(message[body.KeyPosition..body.Position]);
                first = false;
                continue;
            }

            lostPlaces |= body.PlaceMatters;
            if (fate == PairFate.Replace) WritePair<TWriter>(ref writer, name.Utf8, value, ref first);
        }
    }

    private static void WritePair<TWriter>(
        scoped ref SpanWriter writer, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> value, ref bool first)
        where TWriter : IDubboBodyWriter
    {
        TWriter.BeforeKey(ref writer, first);
        TWriter.WriteText(ref writer, key);
        TWriter.BeforeValue(ref writer);
        TWriter.WriteText(ref writer, value);
        first = false;
    }

    private static bool Inserts(Mutation mutation) => new MutationPass(mutation).NextInsert(out _, out _);

    /// <summary>Most that changes, separators, a new map and a new result type add; beyond all bounds if a text is too long.</summary>
    private static long MaxGrowth<TWriter>(Mutation mutation)
        where TWriter : IDubboBodyWriter
    {
        const int MapAndType = 8;
        const int Separators = 2;
        long growth = MapAndType;
        foreach (ref readonly var change in mutation.Changes)
        {
            if (Math.Max(change.Key.Length, change.Value.Length) > MaxText) return long.MaxValue / 2;
            growth += TWriter.MaxTextSize(change.Key.Span) + TWriter.MaxTextSize(change.Value.Span) + Separators;
        }

        return growth;
    }

    private static bool Copy(ReadOnlySpan<byte> message, ulong id, IBufferWriter<byte> output)
    {
        var copy = output.GetSpan(message.Length);
        message.CopyTo(copy);
        DubboHeader.WriteId(copy, id);
        output.Advance(message.Length);
        return true;
    }
}
