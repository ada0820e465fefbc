namespace Meltemi.Xds.Yaml;

/// <summary>Numbers as JSON writes them.</summary>
internal static class JsonNumber
{
    /// <summary>Whether the text is <c>-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?</c>.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        if (text is ['-', ..]) text = text[1..];
        if (text.IsEmpty || !char.IsAsciiDigit(text[0])) return false;
        text = text[(text[0] == '0' ? 1 : Digits(text))..];
        if (text is ['.', ..])
        {
            var digits = Digits(text[1..]);
            if (digits == 0) return false;
            text = text[(digits + 1)..];
        }

        if (text is not ['e' or 'E', ..]) return text.IsEmpty;
        text = text is [_, '+' or '-', ..] ? text[2..] : text[1..];
        return !text.IsEmpty && Digits(text) == text.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
