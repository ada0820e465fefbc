using System.Buffers;
using System.Text;

namespace Meltemi.Xds.Grpc;

/// <summary>The trailer <c>grpc-message</c>: UTF-8 in which everything but printable ASCII, and <c>%</c>, is written <c>%XX</c>.</summary>
internal static class StatusText
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Longer ones are cut, so that they always fit a peer's limit for headers (8 KiB is common).</summary>
    public const int MaxBytes = 4096;

    public static string Encode(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var text = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
        {
            if (text.Length + 3 > MaxBytes && (one & 0xC0) != 0x80) break; // never in the middle of a character
            if (one is >= 0x20 and <= 0x7E and not (byte)'%') text.Append((char)one);
            else text.Append('%').Append(Hex[one >> 4]).Append(Hex[one & 15]);
        }

        return text.ToString();
    }

    /// <summary>What is not encoded as it should be stays as it came.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var bytes = new ArrayBufferWriter<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Write([Convert.ToByte(text.Substring(i + 1, 2), 16)]);
                i += 2;
            }
            else
            {
                bytes.Write(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
