using System.Text;

namespace Meltemi.Proxy.Routing.Matching;

internal sealed class ExactMatcher(byte[] text) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) => value.SequenceEqual(text);
}

internal sealed class ExactIgnoreCaseMatcher(byte[] text) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) => AsciiFold.Equal(value, text);
}

internal sealed class PrefixMatcher(byte[] text, bool ignoreCase) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) =>
        value.Length >= text.Length && AsciiFold.Equal(value[..text.Length], text, ignoreCase);
}

internal sealed class SuffixMatcher(byte[] text, bool ignoreCase) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) =>
        value.Length >= text.Length && AsciiFold.Equal(value[^text.Length..], text, ignoreCase);
}

internal sealed class ContainsMatcher(byte[] text) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) => value.IndexOf(text) >= 0;
}

internal sealed class ContainsIgnoreCaseMatcher(byte[] text) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value)
    {
        // Jumps from one place where the first byte, in either case, stands to the next.
        if (text.Length == 0) return true;
        var lower = AsciiFold.Lower(text[0]);
        var upper = AsciiFold.Upper(text[0]);
        while (value.Length >= text.Length)
        {
            var start = value[..(value.Length - text.Length + 1)].IndexOfAny(lower, upper);
            if (start < 0) return false;
            if (AsciiFold.Equal(value.Slice(start, text.Length), text)) return true;
            value = value[(start + 1)..];
        }

        return false;
    }
}

/// <summary>Comparison that takes A to Z for a to z and every other byte, also of UTF-8 sequences, as it is.</summary>
internal static class AsciiFold
{
    public static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool ignoreCase) => ignoreCase ? Equal(a, b) : a.SequenceEqual(b);

    public static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        // The vectorized comparison refuses all bytes above 0x7F, so what it denies is looked at byte by byte.
        if (a.Length != b.Length) return false;
        if (Ascii.EqualsIgnoreCase(a, b)) return true;
        for (var i = 0; i < a.Length; i++)
        {
            if (Lower(a[i]) != Lower(b[i])) return false;
        }

        return true;
    }

    public static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    public static byte Upper(byte value) => value is >= (byte)'a' and <= (byte)'z' ? (byte)(value & ~0x20) : value;
}
