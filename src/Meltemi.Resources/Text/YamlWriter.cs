using System.Text;
using System.Text.Json;

namespace Meltemi.Resources.Text;

/// <summary>
/// Writes JSON as YAML, the way people write it: blocks, two spaces, lists not indented, long texts as blocks of lines. Texts that any
/// YAML reader, old or new, could take for something else are quoted.
/// </summary>
internal sealed class YamlWriter
{
    private const int MaxImplicitKey = 1000; // YAML's limit is 1024 for a key without a question mark

    private readonly StringBuilder _output = new();

    public static string Write(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = 256 });
        var writer = new YamlWriter();
        writer.Value(document.RootElement, 0, isRoot: true);
        return writer._output.ToString();
    }

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? !value.EnumerateObject().MoveNext() : value.GetArrayLength() == 0;

    /// <summary>Writes a value to its end of line; where its first line begins, the caller has been.</summary>
    private void Value(JsonElement value, int indent, bool isRoot)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when !IsEmpty(value):
                Members(value, indent);
                break;
            case JsonValueKind.Array when !IsEmpty(value):
                Items(value, indent);
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                _output.Append(value.ValueKind == JsonValueKind.Object ? "{}\n" : "[]\n");
                break;
            case JsonValueKind.String:
                Text(value.GetString()!, indent, mayBeBlock: !isRoot);
                break;
            default:
                _output.Append(value.GetRawText()).Append('\n');
                break;
        }
    }

    private void Members(JsonElement mapping, int indent)
    {
        var first = true;
        foreach (var member in mapping.EnumerateObject())
        {
            if (!first) _output.Append(' ', indent);
            first = false;
            Key(member.Name, indent);
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && !IsEmpty(member.Value))
            {
                var inner = member.Value.ValueKind == JsonValueKind.Object ? indent + 2 : indent;
                _output.Append('\n').Append(' ', inner);
                Value(member.Value, inner, isRoot: false);
            }
            else
            {
                _output.Append(' ');
                Value(member.Value, indent + 2, isRoot: false);
            }
        }
    }

    private void Key(string key, int indent)
    {
        var text = YamlScalars.OneLine(key);
        if (text.Length > MaxImplicitKey)
            _output.Append("? ").Append(text).Append('\n').Append(' ', indent).Append(':');
        else
            _output.Append(text).Append(':');
    }

    private void Items(JsonElement list, int indent)
    {
        var first = true;
        foreach (var item in list.EnumerateArray())
        {
            if (!first) _output.Append(' ', indent);
            first = false;
            _output.Append("- ");
            Value(item, indent + 2, isRoot: false);
        }
    }

    private void Text(string text, int indent, bool mayBeBlock)
    {
        if (!mayBeBlock || !YamlScalars.CanBeBlock(text))
        {
            _output.Append(YamlScalars.OneLine(text)).Append('\n');
            return;
        }

        // | keeps one line end at the end, |- none, |+ all.
        _output.Append(text.EndsWith("\n\n", StringComparison.Ordinal) ? "|+\n" : text.EndsWith('\n') ? "|\n" : "|-\n");
        var lines = text.EndsWith('\n') ? text[..^1] : text;
        foreach (var line in lines.Split('\n'))
        {
            if (line.Length > 0) _output.Append(' ', indent).Append(line);
            _output.Append('\n');
        }
    }
}
