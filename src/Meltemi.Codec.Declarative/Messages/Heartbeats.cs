using System.Buffers;
using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Messages;

/// <summary>Heartbeats and their answers.</summary>
/// <param name="request">Null: the codec writes none.</param>
/// <param name="answer">Null: none is answered.</param>
/// <param name="when">Which are answered; null: all.</param>
/// <param name="copies">Fields of the head that an answer takes over, and how many bits each has.</param>
internal sealed class Heartbeats(Plan plan, MessageTemplate? request, MessageTemplate? answer, Condition? when, (FieldPath Path, int Bits)[] copies)
{
    public bool CanAsk => request is not null;

    public void Write(ulong id, IBufferWriter<byte> output) => request?.Write(new() { Id = id }, output);

    public void WriteAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output)
    {
        if (answer is null) return;
        message = message[..heartbeat.Length];
        var shape = plan.Head.Shapes[heartbeat.Mark0];
        Span<int> positions = stackalloc int[plan.Tail.PositionCount];
        var total = message.Length;
        if (plan.Tail.Walk(message, shape, ref total, positions, plan.Fields.Length).Status != DecodeStatus.Complete) return;
        var view = new MessageView(plan.Fields, message, shape, positions);
        if (when is not null && !PartFinder.Holds(plan.Fields, when.Terms, view)) return;
        long memo = 0;
        var at = 0;
        foreach (var (path, bits) in copies)
        {
            if (view.TryNumber(path.Field, out var number)) memo |= (long)((ulong)number & (ulong.MaxValue >> (64 - bits))) << at;
            at += bits;
        }

        answer.Write(new() { Id = heartbeat.Id, Memo = memo }, output);
    }
}
