using System.Text;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Makes label values of bytes that a stranger sent.</summary>
public static class LabelText
{
    /// <summary>Longest value in bytes; the rest is cut.</summary>
    public const int MaxBytes = 128;

    /// <summary>Stands for what is not known, as in Istio.</summary>
    public const string Unknown = "unknown";

    /// <summary>The first <see cref="MaxBytes"/> bytes, without tearing a character.</summary>
    public static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= MaxBytes) return utf8;
        var end = MaxBytes;
        while (end > MaxBytes - 4 && (utf8[end] & 0xC0) == 0x80) end--;
        return utf8[..end];
    }

    /// <summary>Text of a value: cut, U+FFFD for what is no UTF-8 and for control characters, <see cref="Unknown"/> if empty.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return Unknown;
        var characters = Encoding.UTF8.GetString(Cut(utf8)).ToCharArray();
        foreach (ref var c in characters.AsSpan())
        {
            if (char.IsControl(c)) c = '\uFFFD';
        }

        return new string(characters);
    }
}
