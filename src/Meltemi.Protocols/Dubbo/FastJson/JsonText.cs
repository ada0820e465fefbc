using System.Buffers.Text;
using System.Text;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.FastJson;

/// <summary>The inside of JSON texts.</summary>
internal static class JsonText
{
    /// <summary>
    /// Resolves escapes. What JSON does not know (fastjson reads a few more, such as <c>\v</c>) stands for the character itself; half a
    /// surrogate pair becomes U+FFFD.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> escaped, Span<byte> to)
    {
        var output = new SurrogateJoiner(to);
        while (!escaped.IsEmpty)
        {
            var plain = escaped.IndexOf((byte)'\\');
            if (plain < 0) plain = escaped.Length;
            if (plain > 0) output.Whole(escaped[..plain]);
            escaped = escaped[plain..];
            if (escaped.Length < 2) break;
            if (escaped[1] == 'u' && TryReadUnit(escaped[2..], out var unit))
            {
                output.Half(unit);
                escaped = escaped[6..];
                continue;
            }

            output.Half((char)(escaped[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'v' => (byte)'\v',
                var other and < 0x80 => other,
                _ => (byte)'?',
            }));
            escaped = escaped[2..];
        }

        return output.Finish();
    }

    /// <summary>Most bytes that <see cref="Write"/> needs.</summary>
    public static int MaxSize(ReadOnlySpan<byte> utf8) => utf8.Length * 6 + 2;

    /// <summary>Writes a text with its quotes.</summary>
    public static void Write(ref SpanWriter output, scoped ReadOnlySpan<byte> utf8)
    {
        output.Write((byte)'"');
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var used);
            if (status != System.Buffers.OperationStatus.Done) output.Write("\ufffd"u8);
            else if (rune.Value is '"' or '\\') output.Write([(byte)'\\', (byte)rune.Value]);
            else if (rune.Value < 0x20) WriteControl(ref output, rune.Value);
            else output.Write(utf8[..used]);
            utf8 = utf8[used..];
        }

        output.Write((byte)'"');
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> digits, out char unit)
    {
        var found = Utf8Parser.TryParse(digits[..Math.Min(4, digits.Length)], out int value, out var used, 'X') && used == 4;
        unit = (char)value;
        return found;
    }

    private static void WriteControl(ref SpanWriter output, int character)
    {
        output.Write("\\u00"u8);
        output.Write([Hex(character >> 4), Hex(character & 0xf)]);
    }

    private static byte Hex(int digit) => "0123456789abcdef"u8[digit];
}
