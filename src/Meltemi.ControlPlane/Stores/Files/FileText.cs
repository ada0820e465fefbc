using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>Changes one document of a text; all the others stay as they are, byte for byte.</summary>
internal static class FileText
{
    /// <summary>The text with another document in a place; comments before and after the old one stay.</summary>
    /// <param name="text">The text.</param>
    /// <param name="part">The place, one of <see cref="YamlStream.Split"/>.</param>
    /// <param name="document">The document, lines ending in a line feed.</param>
    public static string Replace(string text, YamlPart part, string document)
    {
        if (text.Contains("\r\n", StringComparison.Ordinal)) document = document.Replace("\n", "\r\n", StringComparison.Ordinal);
        var (begin, end) = Content(part);
        var before = text.AsSpan(0, begin);

        // "--- {a: 1}": the new document gets a line of its own.
        var separator = before.Length == 0 || before[^1] is '\n' or '\ufeff' ? "" : "\n";
        return string.Concat(before, separator, document, text.AsSpan(end));
    }

    /// <summary>The text without a document; null if nothing is left that says anything.</summary>
    public static string? Remove(string text, YamlPart part) =>
        YamlStream.Split(text).Count() > 1 ? string.Concat(text.AsSpan(0, part.Begin), text.AsSpan(part.Begin + part.Length)) : null;

    /// <summary>From the first line that says something to the end of the last one, as places in the whole text.</summary>
    private static (int Begin, int End) Content(YamlPart part)
    {
        var text = part.Text;
        var (begin, end) = (-1, text.Length);
        for (var position = text.StartsWith("---", StringComparison.Ordinal) ? 3 : 0; position < text.Length;)
        {
            var next = LineEnd(text, position);
            var says = Says(text.AsSpan(position, next - position));
            if (says && begin < 0) begin = position;

            // What is indented may be text of a block that only looks like a comment.
            if (begin >= 0 && (says || text[position] is ' ' or '\t')) end = next;
            position = next;
        }

        return (part.Begin + Math.Max(begin, 0), part.Begin + end);
    }

    private static bool Says(ReadOnlySpan<char> line)
    {
        var trimmed = line.Trim();
        return trimmed.Length > 0 && trimmed[0] != '#' && line[0] != '%';
    }

    private static int LineEnd(string text, int position)
    {
        var end = text.IndexOf('\n', position);
        return end < 0 ? text.Length : end + 1;
    }
}
