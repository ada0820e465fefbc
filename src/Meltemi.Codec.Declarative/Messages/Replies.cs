using System.Buffers;
using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Messages;

/// <summary>The proxy's own answers: for each reason, kind of request and outcome of conditions a template that was compiled before.</summary>
/// <param name="templates">By reason, then by stream or not, then by the outcome of the conditions, a bit for each.</param>
/// <param name="conditions">What is asked of the numbers that were taken over: their places in the note, and the values.</param>
internal sealed class Replies(MessageTemplate[][][] templates, (CopyPiece Number, ValueSet Values)[][] conditions, int maxText)
{
    /// <summary>All templates.</summary>
    public IEnumerable<MessageTemplate> Templates => templates.SelectMany(reasons => reasons).SelectMany(outcomes => outcomes).Distinct();

    public int Write(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var outcome = 0;
        for (var i = 0; i < conditions.Length; i++)
        {
            if (Holds(conditions[i], request.Memo)) outcome |= 1 << i;
        }

        var index = (int)reason < templates.Length ? (int)reason : 0;
        var template = templates[index][request.Kind == MessageKind.StreamOpen ? 1 : 0][outcome];
        if (text.Length > maxText) text = text[..maxText];
        template.Write(new() { Id = request.Id, Text = text, Memo = request.Memo, Kept = request.Kept }, output);
        return template.Status;
    }

    private static bool Holds((CopyPiece Number, ValueSet Values)[] condition, long memo)
    {
        foreach (var (number, values) in condition)
        {
            if (!values.Has(number.Of(memo))) return false;
        }

        return true;
    }
}
