using System.Text;
using System.Text.Json;
using Meltemi.Codec;
using Meltemi.Codec.Declarative;
using Meltemi.Codec.Declarative.Explaining;

namespace Meltemi.Program.Verbs.Codecs;

/// <summary>Decodes bytes message by message and prints each as a tree.</summary>
internal sealed class Trial(ICodec codec, Origin origin, string[] attributes, TextWriter output)
{
    private const string Indent = "  ";

    /// <summary>Prints all messages; false if it stops before the end, which is printed too.</summary>
    public bool Run(byte[] bytes)
    {
        var state = codec.NewConnectionState(origin);
        var at = 0;
        for (var number = 1; at < bytes.Length; number++)
        {
            var frame = default(Frame);
            var rest = bytes.AsSpan(at);
            var answer = codec.Decode(rest, origin, state, ref frame);
            if (answer.Status != DecodeStatus.Complete)
            {
                output.WriteLine($"stops at offset {at} of {bytes.Length}, after {Count(number - 1)}: {Why(rest, answer)}");
                return false;
            }

            Print(number, at, rest[..frame.Length], frame);
            at += frame.Length;
        }

        return true;
    }

    private static string Count(int messages) => messages == 1 ? "1 message" : $"{messages} messages";

    private static string Upper<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    private string Why(ReadOnlySpan<byte> rest, Decoded answer)
    {
        var reason = codec is DeclaredCodec declared
            ? declared.ExplainFailure(rest, origin, answer)
            : answer.Reason ?? $"the message has {answer.Needed} bytes or more, and {rest.Length} are left";
        var other = origin == Origin.Client ? Origin.Server : Origin.Client;
        var frame = default(Frame);
        var hint = codec.Decode(rest, other, codec.NewConnectionState(other), ref frame).Status == DecodeStatus.Complete
            ? $"; as a {other.ToString().ToLowerInvariant()}'s it would be {Upper(frame.Kind)}: try --from {other.ToString().ToLowerInvariant()}"
            : "";
        return reason + hint;
    }

    private void Print(int number, int at, ReadOnlySpan<byte> message, in Frame frame)
    {
        var id = codec.Info.HasIds ? $", id {frame.Id}" : "";
        var isAnswer = frame.Kind is MessageKind.Response or MessageKind.StreamClose;
        var status = isAnswer ? $", {Upper(frame.Status)} (code {frame.Code})" : "";
        var ends = frame.Flags == FrameFlags.None ? "" : $", {frame.Flags}";
        output.WriteLine($"message {number} at {at}, {message.Length} bytes: {Upper(frame.Kind)}{id}{status}{ends}");
        if (codec is DeclaredCodec declared)
        {
            foreach (var field in declared.Explain(message, frame)) Print(field, at, 1);
        }

        PrintAttributes(message, frame);
    }

    private void Print(ExplainedField field, int at, int depth)
    {
        var indent = string.Concat(Enumerable.Repeat(Indent, depth));
        var name = field.Name.Length == 0 && depth == 1 ? "(not described)" : field.Name;
        var line = depth == 1 ? $"{indent}{at + field.Offset,6} {field.Length,5}  {name,-18} {field.Type,-8} {field.Value}" : $"{indent}{at + field.Offset,6} {field.Length,5}  {name}: {field.Value}";
        output.WriteLine(line.TrimEnd());
        foreach (var part in field.Parts) Print(part, at, depth + 1);
    }

    private void PrintAttributes(ReadOnlySpan<byte> message, in Frame frame)
    {
        var names = codec is DeclaredCodec declared ? declared.AttributeNames(message, frame) : codec.Info.Attributes;
        var keys = new AttributeKeys(names.Concat(attributes));
        var values = new AttributeValues();
        values.Reset(keys);
        if (!codec.Bind(keys, origin).Read(message, frame, values)) output.WriteLine($"{Indent}the attributes cannot be read: a field that has them is broken");
        var found = Enumerable.Range(0, keys.Count).Where(values.Has).ToArray();
        if (found.Length == 0) return;
        output.WriteLine($"{Indent}attributes");
        foreach (var slot in found) output.WriteLine($"{Indent}{Indent}{keys[slot]}: {Encoding.UTF8.GetString(values.Get(slot, message))}");
    }
}
