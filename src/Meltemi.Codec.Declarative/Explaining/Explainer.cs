using System.Globalization;
using System.Text;
using Meltemi.Codec.Declarative.Attributes;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Explaining;

/// <summary>Says what stands where in a message that was decoded.</summary>
internal sealed class Explainer(Plan plan, AttributeSpec[] attributes)
{
    /// <summary>The fields in their order; what is behind them comes last, without a name.</summary>
    public IReadOnlyList<ExplainedField> Explain(ReadOnlySpan<byte> message, in Frame frame)
    {
        var explained = new List<ExplainedField>();
        message = message[..frame.Length];
        Span<int> positions = stackalloc int[plan.Tail.PositionCount];
        var view = View(message, frame, positions);
        var end = 0;
        foreach (var field in plan.Fields)
        {
            if (!view.TryRange(field.Index, out var at, out var length)) continue;
            var type = field.Type.ToString().ToUpperInvariant();
            var bytes = message.Slice(at, length);
            var parts = Parts(field, message, at, length);
            var value = parts.Count > 0 ? "" : field.IsNumber ? Number(field, view) : ValueText.Of(bytes);
            explained.Add(new(at, field.IsBits ? 0 : length, field.Name, type, value, parts));
            if (!field.IsBits) end = at + length + field.Until.Length;
        }

        var rest = message[end..^plan.Delimiter.Length];
        if (!rest.IsEmpty) explained.Add(new(end, rest.Length, "", "", ValueText.Of(rest), []));
        return explained;
    }

    /// <summary>The names of the attributes that the message may have, with those that only it has.</summary>
    public IReadOnlyList<string> AttributeNames(ReadOnlySpan<byte> message, in Frame frame)
    {
        var names = attributes.Where(spec => !spec.IsAll).Select(spec => spec.Name).Append(ReaderPlan.Kind).ToList();
        Span<int> positions = stackalloc int[plan.Tail.PositionCount];
        var view = View(message[..frame.Length], frame, positions);
        foreach (var path in attributes.Where(spec => spec.IsAll).Select(spec => spec.From[0]))
        {
            if (!view.TryRange(path.Field, out var at, out var length)) continue;
            if (plan.Fields[path.Field].Parts is ProtobufFormat) AddMap(path.Numbers, 0, message, at, length, names);
            else names.AddRange(Parts(plan.Fields[path.Field], message, at, length).Select(part => part.Name));
        }

        return [.. names.Distinct()];
    }

    private MessageView View(ReadOnlySpan<byte> message, in Frame frame, Span<int> positions)
    {
        var total = message.Length;
        var shape = plan.Head.Shapes[frame.Mark0];
        positions.Fill(-1);
        plan.Tail.Walk(message, shape, ref total, positions, plan.Fields.Length);
        return new(plan.Fields, message, shape, positions);
    }

    private static string Number(LayoutField field, in MessageView view)
    {
        if (!view.TryNumber(field.Index, out var number)) return "no number";
        var text = number.ToString(CultureInfo.InvariantCulture);
        return number is > 255 or < 0 && NumberForms.Width(field.Form) > 0 ? $"{text} (0x{number & Mask(field):x})" : text;
    }

    private static long Mask(LayoutField field) => NumberForms.Width(field.Form) == 8 ? -1 : (1L << (8 * NumberForms.Width(field.Form))) - 1;

    private static List<ExplainedField> Parts(LayoutField field, ReadOnlySpan<byte> message, int at, int length)
    {
        var parts = new List<ExplainedField>();
        switch (field.Parts)
        {
            case PairsFormat format:
                var pairs = new PairsWalk(format, message, at, length);
                while (pairs.Next())
                {
                    var value = pairs.ValueLength < 0 ? "null" : ValueText.Of(message.Slice(pairs.ValueAt, pairs.ValueLength));
                    parts.Add(Part(pairs.Start, pairs.End, Encoding.UTF8.GetString(pairs.Key), value));
                }

                break;
            case LinesFormat format:
                var lines = new LinesWalk(format, message, at, length);
                while (lines.Next())
                    parts.Add(Part(lines.Start, lines.End, Encoding.UTF8.GetString(lines.Key), ValueText.Of(message.Slice(lines.ValueAt, lines.ValueLength))));
                break;
            case TlvFormat format:
                var values = new TlvWalk(format, message, at, length);
                while (values.Next())
                {
                    var tag = values.Tag;
                    var name = format.Tags.FirstOrDefault(pair => pair.Value == tag).Key ?? tag.ToString(CultureInfo.InvariantCulture);
                    parts.Add(Part(values.Start, values.End, name, ValueText.Of(message.Slice(values.ValueAt, values.ValueLength))));
                }

                break;
            case ProtobufFormat:
                AddProtobuf(message, at, length, "", parts, 0);
                break;
        }

        return parts;
    }

    private static ExplainedField Part(int start, int end, string name, string value) => new(start, end - start, name, "", value, []);

    /// <summary>Bytes in protobuf may be a text or a message: what reads as printable text is taken for one.</summary>
    private static void AddProtobuf(ReadOnlySpan<byte> message, int at, int length, string path, List<ExplainedField> parts, int depth)
    {
        var walk = new ProtobufWalk(message, at, length);
        while (walk.Next())
        {
            var name = $"{path}{walk.FieldNumber}";
            var bytes = message.Slice(walk.ValueAt, walk.ValueLength);
            var text = walk.WireType == ProtobufWalk.Bytes ? ValueText.Of(bytes) : walk.Value.ToString(CultureInfo.InvariantCulture);
            var inner = new List<ExplainedField>();
            if (text.StartsWith("hex:", StringComparison.Ordinal) && depth < 8 && IsMessage(bytes))
                AddProtobuf(message, walk.ValueAt, walk.ValueLength, $"{name}.", inner, depth + 1);
            parts.Add(new(walk.Start, walk.End - walk.Start, name, "", inner.Count > 0 ? "" : text, inner));
        }
    }

    private static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        var walk = new ProtobufWalk(bytes, 0, bytes.Length);
        while (walk.Next())
        {
        }

        return !walk.Malformed;
    }

    private static void AddMap(int[] path, int depth, ReadOnlySpan<byte> message, int at, int length, List<string> names)
    {
        var walk = new ProtobufWalk(message, at, length);
        while (walk.Next())
        {
            if (walk.FieldNumber != path[depth] || walk.WireType != ProtobufWalk.Bytes) continue;
            if (depth < path.Length - 1) AddMap(path, depth + 1, message, walk.ValueAt, walk.ValueLength, names);
            else if (ProtobufMap.TryEntry(message, walk.ValueAt, walk.ValueLength, out var key, out _))
                names.Add(Encoding.UTF8.GetString(message.Slice(key.At, key.Length)));
        }
    }
}
