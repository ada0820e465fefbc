namespace Meltemi.Xds.Yaml;

/// <summary>
/// Texts of many documents. They are cut apart before they are read, so that a broken one does not hide the others: YAML sees to it that
/// a line that begins with three dashes or dots is never anything else.
/// </summary>
public static class YamlStream
{
    /// <summary>The documents of a text that have something in them, each with its own end line included.</summary>
    public static IEnumerable<YamlPart> Split(string text)
    {
        var (begin, line, lines) = (text is ['\ufeff', ..] ? 1 : 0, 0, 0);
        for (var position = begin; position < text.Length; lines++)
        {
            var end = text.IndexOf('\n', position);
            var next = end < 0 ? text.Length : end + 1;
            var content = text.AsSpan(position, next - position);
            if (IsMarker(content, "---"))
            {
                if (Part(text, begin, position, line) is { } before) yield return before;
                (begin, line) = (position, lines);
            }
            else if (IsMarker(content, "..."))
            {
                if (Part(text, begin, position, line) is { } before) yield return before;
                (begin, line) = (next, lines + 1);
            }

            position = next;
        }

        if (Part(text, begin, text.Length, line) is { } last) yield return last;
    }

    private static bool IsMarker(ReadOnlySpan<char> line, string marker) =>
        line.StartsWith(marker) && (line.Length == marker.Length || char.IsWhiteSpace(line[marker.Length]));

    private static YamlPart? Part(string text, int begin, int end, int line)
    {
        foreach (var content in text.AsSpan(begin, end - begin).EnumerateLines())
        {
            var rest = (IsMarker(content, "---") ? content[3..] : content).Trim(" \t");
            if (rest is not ([] or ['#', ..] or ['%', ..])) return new(text, begin, end - begin, line);
        }

        return null;
    }
}

/// <summary>A document within a longer text.</summary>
/// <param name="Whole">The whole text.</param>
/// <param name="Begin">Where it begins, in characters from 0; its <c>---</c> belongs to it.</param>
/// <param name="Length">How long it is, in characters.</param>
/// <param name="LinesBefore">How many lines stand before it.</param>
public sealed record YamlPart(string Whole, int Begin, int Length, int LinesBefore)
{
    /// <summary>The document's text.</summary>
    public string Text { get; } = Whole.Substring(Begin, Length);
}
