using System.Text;

namespace Meltemi.Codec.Testing;

/// <summary>Sixteen bytes a line; the line of the place that matters is marked.</summary>
internal static class HexDump
{
    private const int Width = 16;
    private const int MaxLines = 64;

    public static string Of(ReadOnlySpan<byte> bytes, int at)
    {
        var text = new StringBuilder().Append(bytes.Length).Append(" bytes");
        var first = Math.Max(0, at / Width - MaxLines / 2) * Width;
        var last = Math.Min(bytes.Length, first + MaxLines * Width);
        if (first > 0) text.Append("\n  ...");
        for (var start = first; start < last; start += Width)
        {
            var line = bytes[start..Math.Min(start + Width, last)];
            var marked = at >= start && at < start + Width;
            text.Append(marked ? "\n> " : "\n  ").Append(start.ToString("x4")).Append(": ");
            for (var i = 0; i < line.Length; i++) text.Append(start + i == at ? '[' : ' ').Append(line[i].ToString("x2"));
            text.Append(' ', 3 * (Width - line.Length) + 2);
            foreach (var value in line) text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        }

        if (last < bytes.Length) text.Append("\n  ...");
        return text.ToString();
    }
}
