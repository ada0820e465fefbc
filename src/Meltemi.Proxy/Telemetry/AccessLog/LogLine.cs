using System.Buffers;
using System.Text;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// Writes values into a line such that no value can end the line, the field or the string it stands in. In text, controls, quotes,
/// backslashes and what is no UTF-8 become <c>\x0A</c>, as in nginx; in JSON, its own escapes, and U+FFFD.
/// </summary>
internal readonly struct LogLine(Utf8Buffer output, Escaping escaping)
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Where(b => b is not ('"' or '\\')).Select(b => (byte)b)]);

    public Utf8Buffer Output { get; } = output;

    public void Value(ReadOnlySpan<byte> value)
    {
        if (escaping == Escaping.None)
        {
            Output.Append(value);
            return;
        }

        while (true)
        {
            var plain = value.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                Output.Append(value);
                return;
            }

            Output.Append(value[..plain]);
            value = value[plain..];
            var status = Rune.DecodeFromUtf8(value, out var rune, out var length);
            if (status != OperationStatus.Done) Invalid(value[..length]);
            else if (rune.Value is < 0x20 or 0x7F or '"' or '\\') Escaped(value[0]);
            else Output.Append(value[..length]);
            value = value[length..];
        }
    }

    private void Invalid(ReadOnlySpan<byte> bytes)
    {
        if (escaping == Escaping.Json)
        {
            Output.Append("\uFFFD"u8);
            return;
        }

        foreach (var b in bytes) Escaped(b);
    }

    private void Escaped(byte b)
    {
        if (escaping != Escaping.Json) Output.Append("\\x"u8).Append(Hex(b >> 4)).Append(Hex(b & 15));
        else if (b is (byte)'"' or (byte)'\\') Output.Append((byte)'\\').Append(b);
        else Output.Append("\\u00"u8).Append(Hex(b >> 4)).Append(Hex(b & 15));
    }

    private static byte Hex(int digit) => "0123456789ABCDEF"u8[digit];
}

/// <summary>What values are written into.</summary>
internal enum Escaping : byte
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A string of JSON.</summary>
    Json,

    /// <summary>An attribute of a message: values stay as they are.</summary>
    None,
}
