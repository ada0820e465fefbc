using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Codec.Declarative.Parts;
using Meltemi.Codec.Declarative.Rewriting;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles the value that a message gives to one field.</summary>
internal sealed class ValueCompiler(CompileContext context, Plan plan, LayoutField field)
{
    private const string Id = "%ID%";
    private const string Text = "%TEXT%";
    private const string SizedText = "%TEXT:";

    public static bool IsId(Value value) => value is { KindCase: Value.KindOneofCase.StringValue, StringValue: Id };

    /// <summary>A number that fits its field; 0 if an error was reported.</summary>
    public static long Number(CompileContext context, LayoutField field, Value value, string at)
    {
        var number = 0L;
        var ok = value.KindCase switch
        {
            Value.KindOneofCase.NumberValue when value.NumberValue % 1 == 0 => TryWhole(value.NumberValue, out number),
            Value.KindOneofCase.StringValue => ByteText.TryNumber(value.StringValue, out number),
            Value.KindOneofCase.BoolValue => (number = value.BoolValue ? 1 : 0) >= 0,
            _ => false,
        };
        var bits = NumberForms.Width(field.Form) * 8;
        var least = NumberForms.IsSigned(field.Form) ? bits is 0 or 64 ? long.MinValue : -(1L << (bits - 1)) : 0;
        var most = field.IsBits ? field.Mask : NumberForms.Max(field.Form);
        if (!ok) context.Error(at, $"'{field.Name}' is a number, decimal or hexadecimal after 0x");
        else if (number < least ? bits is not (0 or 64) : number >= 0 && (ulong)number > most) context.Error(at, $"'{field.Name}' is from {least} to {most}, not {number}");
        return number;
    }

    /// <summary>The pieces; of numbers but the id none. Null if an error was reported.</summary>
    public Piece[]? Compile((Value? Value, string? At) said, string at)
    {
        if (said.Value is not { } value) return [];
        at = said.At ?? at;
        if (field.IsNumber) return IsId(value) ? [new IdPiece(field.Form)] : [];
        var pieces = field.Parts switch
        {
            null => Texts(value, Forbidden([]), at),
            JsonFormat => Json(value, at),
            _ => Parts(value, at),
        };
        if (pieces is null || field.Size != SizeKind.Fixed) return pieces;
        var size = pieces.OfType<LiteralPiece>().Sum(piece => piece.Bytes.Length);
        if (pieces.All(piece => piece is LiteralPiece) && size <= field.FixedSize) return [.. pieces, new LiteralPiece(new byte[field.FixedSize - size])];
        context.Error(at, $"'{field.Name}' has {field.FixedSize} bytes");
        return null;
    }

    private byte[] Forbidden(byte[] others) => [.. others, .. field.Until, .. plan.Delimiter];

    /// <summary>A text or a list of texts to be put together.</summary>
    private Piece[]? Texts(Value value, byte[] forbidden, string at)
    {
        if (value.KindCase == Value.KindOneofCase.ListValue)
        {
            var all = value.ListValue.Values.Select(one => Texts(one, forbidden, at)).ToArray();
            return all.Contains(null) ? null : [.. all.SelectMany(one => one!)];
        }

        var text = value.KindCase switch
        {
            Value.KindOneofCase.StringValue => value.StringValue,
            Value.KindOneofCase.NumberValue => value.NumberValue.ToString("R", CultureInfo.InvariantCulture),
            Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
            _ => null,
        };
        if (text is null)
        {
            context.Error(at, "expected a text or a list of texts");
            return null;
        }

        if (text.StartsWith(SizedText, StringComparison.Ordinal) && text.EndsWith('%'))
        {
            var name = text[SizedText.Length..^1];
            var known = System.Enum.TryParse<Meltemi.Xds.Declarative.V1.Field.Types.Type>(name, ignoreCase: true, out var type) && NumberTypes.IsNumber(type);
            if (known) return [new SizedPiece(NumberTypes.Form(type, context.Source.ByteOrder == Meltemi.Xds.Declarative.V1.ByteOrder.LittleEndian), [new TextPiece(forbidden)])];
            context.Error(at, $"'{name}' is no type of a number: the text after its length is %TEXT:U16%, for instance");
            return null;
        }

        var pieces = new List<Piece>();
        var parts = text.Split(Text);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) pieces.Add(new TextPiece(forbidden));
            if (parts[i].Length == 0) continue;
            if (ByteText.TryParse(parts[i], out var bytes)) pieces.Add(new LiteralPiece(bytes));
            else context.Error(at, "no pairs of hexadecimal digits after hex:");
        }

        return [.. pieces];
    }

    /// <summary>An object of parts.</summary>
    private Piece[]? Parts(Value value, string at)
    {
        if (value.KindCase != Value.KindOneofCase.StructValue)
        {
            context.Error(at, $"the value of '{field.Name}' is an object of its parts");
            return null;
        }

        var entries = value.StructValue.Fields;
        if (field.Parts is ProtobufFormat) return new ProtobufValues(context).Compile(entries, plan.Id?.Numbers, at);
        var pieces = new List<Piece>();
        foreach (var (key, one) in entries)
        {
            var forbidden = field.Parts is LinesFormat lines ? lines.End : [];
            if (Texts(one, Forbidden(forbidden), $"{at}.{key}") is not { } texts) return null;
            pieces.AddRange(Part(key, texts, $"{at}.{key}"));
        }

        // What ends the field begins with the end of its last line.
        if (field.Parts is LinesFormat { End: var end } && pieces.Count > 0 && field.Until.AsSpan().StartsWith(end)) pieces.RemoveAt(pieces.Count - 1);
        return [.. pieces];
    }

    private IEnumerable<Piece> Part(string key, Piece[] value, string at)
    {
        var name = Encoding.UTF8.GetBytes(key);
        switch (field.Parts)
        {
            case PairsFormat pairs:
                return [new SizedPiece(pairs.KeyLength, [new LiteralPiece(name)]), new SizedPiece(pairs.ValueLength, value)];
            case LinesFormat lines:
                var separator = lines.Separator is [(byte)':'] ? ": "u8.ToArray() : lines.Separator;
                return [new LiteralPiece([.. name, .. separator]), .. value, new LiteralPiece(lines.End)];
            case TlvFormat tlv:
                if (!tlv.Tags.TryGetValue(key, out var tag) && !ByteText.TryNumber(key, out tag)) context.Error(at, $"'{key}' is no tag");
                var bytes = new byte[NumberForms.SizeOf(tlv.Tag, tag)];
                NumberForms.Write(tlv.Tag, bytes, tag);
                return [new LiteralPiece(bytes), new SizedPiece(tlv.Length, value, tlv.CountsAll ? bytes.Length : 0)];
            default:
                return [];
        }
    }

    /// <summary>An object in JSON, with the text of the error where it says so.</summary>
    private static Piece[] Json(Value value, string at)
    {
        _ = at;
        var text = Google.Protobuf.JsonFormatter.Default.Format(value);
        var pieces = new List<Piece>();
        var parts = text.Split(Text);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) pieces.Add(new JsonTextPiece());
            pieces.Add(new LiteralPiece(Encoding.UTF8.GetBytes(parts[i])));
        }

        return [.. pieces];
    }

    private static bool TryWhole(double value, out long number)
    {
        number = Math.Abs(value) < 1L << 53 ? (long)value : 0;
        return Math.Abs(value) < 1L << 53;
    }
}
