using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Meltemi.Resources.Text;

/// <summary>How a text is written in YAML so that it is read as the same text, by readers of YAML 1.1 (Kubernetes') and 1.2.</summary>
internal static partial class YamlScalars
{
    private const string Indicators = "-?:,[]{}#&*!|>'\"%@`=<~ ";

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n"], StringComparison.OrdinalIgnoreCase);

    /// <summary>The text in one line, quoted if it must be.</summary>
    public static string OneLine(string text)
    {
        if (text.Length == 0) return "\"\"";
        foreach (var letter in text)
        {
            if (!IsPrintable(letter)) return Escaped(text);
        }

        return MeansItself(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <summary>
    /// Whether the text has lines that can stand as they are: its first line shows how far the block is indented, so it begins with no
    /// space.
    /// </summary>
    public static bool CanBeBlock(string text)
    {
        if (!text.Contains('\n', StringComparison.Ordinal) || text[0] is ' ' or '\n' or '\t') return false;
        foreach (var letter in text)
        {
            if (letter != '\n' && !IsPrintable(letter)) return false;
        }

        return true;
    }

    private static bool IsPrintable(char letter) => letter switch
    {
        < ' ' or '\u007f' or '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff' => false,
        >= '\u0080' and <= '\u00a0' => false,
        _ => true,
    };

    private static bool MeansItself(string text) =>
        !Indicators.Contains(text[0], StringComparison.Ordinal) && text[^1] is not (':' or ' ')
        && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal)
        && !Words.Contains(text) && !NumberOrTime().IsMatch(text);

    /// <summary>In double quotes, with JSON's escapes. A pair of surrogates stays as it is, for YAML knows no escaped halves.</summary>
    private static string Escaped(string text)
    {
        var output = new StringBuilder(text.Length + 16).Append('"');
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\n' => output.Append("\\n"),
                '\t' => output.Append("\\t"),
                '\r' => output.Append("\\r"),
                _ when !IsPrintable(letter) => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => output.Append(letter),
            };
        }

        return output.Append('"').ToString();
    }

    // Rather too many than too few: YAML 1.1 alone has five ways to write a number.
    private const string Whole = @"[-+]?[0-9][0-9_]*", Based = "0[xX][0-9a-fA-F_]*|0[bBoO][0-7_]*", Sixties = @"[0-9][0-9_]*(:[0-9]+)+(\.[0-9_]*)?";
    private const string Real = @"[-+]?\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]*)?", Named = @"[-+]?\.(inf|nan)|\.";
    private const string Date = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?";

    [GeneratedRegex($"^({Whole}|{Based}|{Sixties}|{Real}|{Named}|{Date})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberOrTime();
}
