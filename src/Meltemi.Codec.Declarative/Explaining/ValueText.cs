using System.Globalization;
using System.Text;

namespace Meltemi.Codec.Declarative.Explaining;

/// <summary>Bytes for people: text in quotes if that is what they are, else hexadecimal digits; long ones are cut.</summary>
internal static class ValueText
{
    private const int MaxText = 60;
    private const int MaxHex = 24;

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "";
        if (IsText(bytes))
        {
            var text = Encoding.UTF8.GetString(bytes);
            var shown = text.Length <= MaxText ? text : text[..MaxText];
            return $"\"{shown.Replace("\r", "\\r").Replace("\n", "\\n").Replace("\t", "\\t")}\"{More(text.Length - shown.Length, "characters")}";
        }

        var cut = bytes[..Math.Min(bytes.Length, MaxHex)];
        return $"hex:{Convert.ToHexStringLower(cut)}{More(bytes.Length - cut.Length, "bytes")}";
    }

    private static string More(int count, string what) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {count} {what} more");

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) != System.Buffers.OperationStatus.Done) return false;
            if (Rune.IsControl(rune) && rune.Value is not ('\r' or '\n' or '\t')) return false;
            bytes = bytes[used..];
        }

        return true;
    }
}
