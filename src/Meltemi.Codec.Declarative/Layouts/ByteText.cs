using System.Text;

namespace Meltemi.Codec.Declarative.Layouts;

/// <summary>Bytes and numbers as descriptions write them: text, or hexadecimal after <c>hex:</c>; digits, or hexadecimal after <c>0x</c>.</summary>
internal static class ByteText
{
    public const string Prefix = "hex:";

    /// <summary>False if the hexadecimal digits are none.</summary>
    public static bool TryParse(string text, out byte[] bytes)
    {
        bytes = [];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            bytes = Encoding.UTF8.GetBytes(text);
            return true;
        }

        var digits = string.Concat(text[Prefix.Length..].Where(letter => letter is not (' ' or ':' or '\n')));
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit)) return false;
        bytes = Convert.FromHexString(digits);
        return true;
    }

    public static bool TryNumber(string text, out long number)
    {
        var style = System.Globalization.NumberStyles.AllowLeadingSign;
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), System.Globalization.NumberStyles.AllowHexSpecifier, invariant, out number);
        if (long.TryParse(text, style, invariant, out number)) return true;
        if (!ulong.TryParse(text, style, invariant, out var large)) return false;
        number = (long)large;
        return true;
    }
}
