using System.Text;
using System.Text.Json;

namespace Meltemi.Xds.Yaml;

/// <summary>
/// Turns JSON into the same nodes as <see cref="YamlText"/>, several times faster and with the same limits. For what programs send; what
/// people write goes through YAML, which knows places better.
/// </summary>
public static class JsonText
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = YamlText.MaxDepth + 2 };

    /// <summary>Reads one value; its nodes have no places.</summary>
    /// <exception cref="YamlSyntaxException">With the place and the reason.</exception>
    public static YamlNode Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        try
        {
            reader.Read();
            var left = YamlText.MaxNodes;
            var root = Read(ref reader, 0, ref left);
            reader.Read(); // complains if something follows
            return root;
        }
        catch (JsonException e)
        {
            // What follows the first sentence repeats the place, which is counted from 0 there.
            var reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            var place = new Mark((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            throw new YamlSyntaxException(place, $"not valid JSON: {reason}");
        }
        catch (InvalidOperationException)
        {
            throw new YamlSyntaxException(Mark.None, "not valid JSON: half a character (a lone surrogate) in a text");
        }
    }

    private static YamlNode Read(ref Utf8JsonReader reader, int depth, ref int left)
    {
        if (depth > YamlText.MaxDepth) throw new YamlSyntaxException(Mark.None, $"nested deeper than {YamlText.MaxDepth} levels");
        if (--left < 0) throw new YamlSyntaxException(Mark.None, $"more than {YamlText.MaxNodes} values");
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, depth, ref left);
            case JsonTokenType.StartArray:
                var items = new List<YamlNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader, depth + 1, ref left));
                return new YamlSequence { Items = items };
            case JsonTokenType.String:
                return new YamlScalar { Text = reader.GetString()! };
            default:
                return new YamlScalar { Text = Encoding.UTF8.GetString(reader.ValueSpan), Plain = true };
        }
    }

    private static YamlMapping ReadObject(ref Utf8JsonReader reader, int depth, ref int left)
    {
        var entries = new List<YamlEntry>();
        HashSet<string>? keys = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            if (IsThere(key, entries, ref keys)) throw new YamlSyntaxException(Mark.None, $"the key '{key}' is there twice");
            reader.Read();
            entries.Add(new(key, Mark.None, Read(ref reader, depth + 1, ref left)));
        }

        return new YamlMapping { Entries = entries };
    }

    /// <summary>Looks at each key of a small object, and keeps a set for a large one.</summary>
    private static bool IsThere(string key, List<YamlEntry> entries, ref HashSet<string>? keys)
    {
        if (entries.Count < 16)
        {
            foreach (var entry in entries)
            {
                if (entry.Key == key) return true;
            }

            return false;
        }

        keys ??= new(entries.Select(entry => entry.Key), StringComparer.Ordinal);
        return !keys.Add(key);
    }
}
