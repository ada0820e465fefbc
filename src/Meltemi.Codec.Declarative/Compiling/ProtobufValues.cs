using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles a protobuf message given as values by paths of field numbers, such as <c>{ "2.1": 1001, "2.2": "%TEXT%" }</c>. The id need not be said.</summary>
internal sealed class ProtobufValues(CompileContext context)
{
    public Piece[]? Compile(MapField<string, Value> entries, int[]? id, string at)
    {
        var all = new List<(int[] Path, Value Value, string At)>();
        foreach (var (name, value) in entries)
        {
            var numbers = name.Split('.').Select(piece => int.TryParse(piece, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
            if (numbers.Contains(0))
            {
                context.Error($"{at}.{name}", "parts of protobuf are the numbers of fields, such as 2.1");
                return null;
            }

            all.Add((numbers, value, $"{at}.{name}"));
        }

        if (id is { Length: > 0 } && !all.Any(one => one.Path.SequenceEqual(id))) all.Add((id, Value.ForString("%ID%"), at));
        return [.. Message(all, 0)];
    }

    private List<Piece> Message(IReadOnlyList<(int[] Path, Value Value, string At)> entries, int depth)
    {
        var pieces = new List<Piece>();
        foreach (var group in entries.GroupBy(entry => entry.Path[depth]))
        {
            var deeper = group.Where(entry => entry.Path.Length > depth + 1).ToArray();
            if (deeper.Length > 0)
            {
                pieces.Add(Tag(group.Key, ProtobufWalk.Bytes));
                pieces.Add(new SizedPiece(NumberForm.Varint, [.. Message(deeper, depth + 1)]));
            }

            foreach (var (_, value, at) in group.Where(entry => entry.Path.Length == depth + 1)) pieces.AddRange(Field(group.Key, value, at));
        }

        return pieces;
    }

    private IEnumerable<Piece> Field(int number, Value value, string at)
    {
        if (ValueCompiler.IsId(value)) return [Tag(number, ProtobufWalk.Varint), new IdPiece(NumberForm.Varint)];
        if (value.KindCase is Value.KindOneofCase.NumberValue or Value.KindOneofCase.BoolValue)
        {
            var whole = value.KindCase == Value.KindOneofCase.BoolValue ? (value.BoolValue ? 1 : 0) : (long)value.NumberValue;
            var bytes = new byte[NumberForms.SizeOf(NumberForm.Varint, whole)];
            NumberForms.Write(NumberForm.Varint, bytes, whole);
            return [Tag(number, ProtobufWalk.Varint), new LiteralPiece(bytes)];
        }

        if (value.KindCase != Value.KindOneofCase.StringValue || !ByteText.TryParse(value.StringValue, out var text))
        {
            context.Error(at, "a value is a number, a text, or bytes after hex:");
            return [];
        }

        Piece[] inner = value.StringValue == "%TEXT%" ? [new TextPiece([])] : [new LiteralPiece(text)];
        return [Tag(number, ProtobufWalk.Bytes), new SizedPiece(NumberForm.Varint, inner)];
    }

    private static LiteralPiece Tag(int number, int wireType)
    {
        var tag = (long)number << 3 | (long)wireType;
        var bytes = new byte[NumberForms.SizeOf(NumberForm.Varint, tag)];
        NumberForms.Write(NumberForm.Varint, bytes, tag);
        return new(bytes);
    }
}
