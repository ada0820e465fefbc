using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Declarative.V1;
using Type = Meltemi.Xds.Declarative.V1.Field.Types.Type;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>How the parts of a field are written.</summary>
internal static class PartFormats
{
    public static PartFormat? Compile(CompileContext context, Field source, bool little, string at)
    {
        Only(context, source, source.Pairs, Type.Pairs, $"{at}.pairs");
        Only(context, source, source.Tlv, Type.Tlv, $"{at}.tlv");
        Only(context, source, source.Lines, Type.Lines, $"{at}.lines");
        switch (source.Type)
        {
            case Type.Pairs:
                var pairs = source.Pairs ?? new();
                var keyLength = Form(context, pairs.KeyLength, Type.U16, little, $"{at}.pairs.key_length");
                var valueType = pairs.ValueLength == Type.Unspecified ? pairs.KeyLength : pairs.ValueLength;
                return new PairsFormat(keyLength, Form(context, valueType, Type.U16, little, $"{at}.pairs.value_length"));
            case Type.Tlv:
                var tlv = source.Tlv ?? new();
                var tag = Form(context, tlv.Tag, Type.U8, little, $"{at}.tlv.tag");
                var length = Form(context, tlv.Length, Type.U8, little, $"{at}.tlv.length");
                return new TlvFormat(tag, length, tlv.CountsAll, tlv.Names.ToDictionary(pair => pair.Key, pair => (long)pair.Value));
            case Type.Lines:
                var lines = source.Lines ?? new();
                return new LinesFormat(Bytes(context, lines.Separator, ":", $"{at}.lines.separator"), Bytes(context, lines.End, "\r\n", $"{at}.lines.end"), lines.IgnoreCase);
            case Type.Json:
                return new JsonFormat();
            case Type.Protobuf:
                return new ProtobufFormat();
            default:
                return null;
        }
    }

    private static NumberForm Form(CompileContext context, Type type, Type otherwise, bool little, string at)
    {
        if (type == Type.Unspecified) type = otherwise;
        if (type is not (Type.Decimal or Type.Bits) && NumberTypes.IsNumber(type)) return NumberTypes.Form(type, little);
        context.Error(at, "lengths and tags are U8, U16, U24, U32, U64, I8, I16, I32, I64, VARINT or ZIGZAG");
        return NumberForm.U8;
    }

    private static byte[] Bytes(CompileContext context, string text, string otherwise, string at)
    {
        if (ByteText.TryParse(text.Length == 0 ? otherwise : text, out var bytes)) return bytes;
        context.Error(at, $"'{text}' has no pairs of hexadecimal digits after hex:");
        return [0];
    }

    private static void Only(CompileContext context, Field source, object? options, Type type, string at)
    {
        if (options is not null && source.Type != type) context.Error(at, $"it is of type {source.Type.ToString().ToUpperInvariant()}, not {type.ToString().ToUpperInvariant()}");
    }
}
