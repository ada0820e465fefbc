using System.Globalization;
using System.Text;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Reading;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Reads paths such as <c>type</c>, <c>header.user</c>, <c>meta.1.2</c>, <c>header.*</c>.</summary>
internal static class PathParser
{
    /// <summary>The path; null if an error was reported at <paramref name="at"/>.</summary>
    public static FieldPath? Parse(CompileContext context, string text, string at, int before = int.MaxValue)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? text : text[..dot];
        if (context.Field(name, at, before) is not { } field) return null;
        if (dot < 0) return new(field.Index, null);
        var part = text[(dot + 1)..];
        var path = new FieldPath(field.Index, Encoding.UTF8.GetBytes(part));
        if (part == "*" && field.Parts is PairsFormat or TlvFormat or LinesFormat) return path with { Key = null, IsAll = true };
        switch (field.Parts)
        {
            case null:
                context.Error(at, $"'{name}' has no parts: only PAIRS, TLV, LINES, JSON and PROTOBUF have");
                return null;
            case TlvFormat tlv:
                if (tlv.Tags.TryGetValue(part, out var tag) || ByteText.TryNumber(part, out tag)) return path with { Tag = tag };
                context.Error(at, $"'{part}' is neither a number nor one of the names of '{name}'{Spelling.Hint(part, tlv.Tags.Keys)}");
                return null;
            case ProtobufFormat:
                var isMap = part.EndsWith(".*", StringComparison.Ordinal);
                if (Numbers(isMap ? part[..^2] : part) is { } numbers) return path with { Numbers = numbers, IsAll = isMap };
                context.Error(at, $"'{part}': parts of protobuf are the numbers of fields, such as {name}.1.2, or {name}.9.* for a map of texts");
                return null;
            case JsonFormat when part == "*":
                context.Error(at, $"name what you want of '{name}', such as {name}.user.name: JSON has too much to be all of it attributes");
                return null;
            case JsonFormat:
                return path with { Names = [.. part.Split('.').Select(Encoding.UTF8.GetBytes)] };
            default:
                return path;
        }
    }

    private static int[]? Numbers(string text)
    {
        var numbers = new List<int>();
        foreach (var piece in text.Split('.'))
        {
            if (!int.TryParse(piece, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 0x1fff_ffff) return null;
            numbers.Add(number);
        }

        return [.. numbers];
    }
}
