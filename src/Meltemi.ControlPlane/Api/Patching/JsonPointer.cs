using System.Globalization;
using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>JSON pointer, RFC 6901: its parts, unescaped.</summary>
internal readonly record struct JsonPointer(string Text, string[] Parts)
{
    public static JsonPointer Parse(string text)
    {
        if (text.Length == 0) return new(text, []);
        if (text[0] != '/') throw new PatchException($"\"{text}\" is no JSON pointer: it begins with / or is empty");
        return new(text, [.. text[1..].Split('/').Select(part => Unescape(part, text))]);
    }

    public bool IsRoot => Parts.Length == 0;

    public string Last => Parts[^1];

    /// <summary>Whether the other one is this one or below it.</summary>
    public bool Contains(JsonPointer other) => other.Parts.AsSpan().StartsWith(Parts);

    /// <summary>What it points to.</summary>
    public JsonNode? Find(JsonNode? root) => Walk(root, Parts.Length);

    /// <summary>The object or array that holds what it points to.</summary>
    public JsonNode Parent(JsonNode? root) =>
        Walk(root, Parts.Length - 1) is { } parent and not JsonValue ? parent : throw Missing();

    /// <summary>A place in an array. <c>-</c> is the one behind the last.</summary>
    public int Index(JsonArray array, bool mayBeEnd)
    {
        if (mayBeEnd && Last == "-") return array.Count;
        return IndexOf(Last, mayBeEnd ? array.Count : array.Count - 1) is { } index ? index : throw Missing();
    }

    public PatchException Missing() => new($"there is nothing at \"{Text}\"");

    private JsonNode? Walk(JsonNode? node, int depth)
    {
        for (var i = 0; i < depth; i++)
        {
            if (node is JsonObject members && members.TryGetPropertyValue(Parts[i], out var member)) node = member;
            else if (node is JsonArray items && IndexOf(Parts[i], items.Count - 1) is { } index) node = items[index];
            else throw Missing();
        }

        return node;
    }

    // RFC 6901: digits without leading zeros.
    private static int? IndexOf(string part, int last) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (part.Length == 1 || part[0] != '0') && index <= last
            ? index
            : null;

    private static string Unescape(string part, string whole)
    {
        for (var i = part.IndexOf('~', StringComparison.Ordinal); i >= 0; i = part.IndexOf('~', i + 1))
            if (i + 1 == part.Length || part[i + 1] is not ('0' or '1')) throw new PatchException($"\"{whole}\" has a ~ that is neither ~0 nor ~1");
        return part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
