using System.Text.Json;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>How a part of a message can be coded, with the lines that a description has for it, and how unlikely it is that bytes look so by chance.</summary>
/// <param name="Type">Type in the description.</param>
/// <param name="Lines">What stands beside the type.</param>
/// <param name="Bits">Evidence of a part that is not empty.</param>
/// <param name="Fits">Whether these bytes are such a part.</param>
internal sealed record BlockFormat(string Type, string Lines, double Bits, Func<ReadOnlySpan<byte>, bool> Fits)
{
    private static readonly TlvFormat Tags = new(NumberForm.U8, NumberForm.U8, CountsAll: false, new Dictionary<string, long>());

    /// <summary>All that are known, the most telling first.</summary>
    public static IReadOnlyList<BlockFormat> All { get; } =
    [
        .. from widths in ((int Key, int Value)[])[(4, 4), (2, 2), (1, 1), (2, 4), (1, 2)]
           from little in (bool[])[false, true]
           where widths.Value > 1 || !little
           select Pairs(widths.Key, widths.Value, little),
        new("JSON", "", 16, IsJson),
        new("LINES", "", 16, IsLines),
        new("PROTOBUF", "", 6, IsProtobuf),
        new("TLV", "", 5, IsTagged),
        new("TEXT", "", 4, IsText),
    ];

    private static BlockFormat Pairs(int key, int value, bool little)
    {
        var format = new PairsFormat(new NumberAt(0, key, little).Form, new NumberAt(0, value, little).Form);
        var lines = $", pairs: {{ keyLength: U{8 * key}, valueLength: U{8 * value} }}{(little ? ", byteOrder: LITTLE_ENDIAN" : "")}";
        return new("PAIRS", lines, 8 * key + 4, part =>
        {
            var pairs = new PairsWalk(format, part, 0, part.Length);
            while (pairs.Next())
            {
                if (pairs.KeyLength == 0 || !IsText(pairs.Key)) return false;
            }

            return !pairs.Malformed;
        });
    }

    /// <summary>Whether it is UTF-8 without control characters.</summary>
    public static bool IsText(ReadOnlySpan<byte> part)
    {
        foreach (var b in part)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\r' or (byte)'\n') or 0x7f) return false;
        }

        return System.Text.Unicode.Utf8.IsValid(part);
    }

    /// <summary>A small tag, a length and a value, again and again.</summary>
    private static bool IsTagged(ReadOnlySpan<byte> part)
    {
        const int MaxTag = 31;
        var tags = new TlvWalk(Tags, part, 0, part.Length);
        while (tags.Next())
        {
            if (tags.Tag is 0 or > MaxTag) return false;
        }

        return !tags.Malformed;
    }

    private static bool IsJson(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty || part[0] != (byte)'{') return part.IsEmpty;
        try
        {
            var reader = new Utf8JsonReader(part);
            while (reader.Read()) continue;
            return reader.BytesConsumed == part.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsLines(ReadOnlySpan<byte> part)
    {
        while (!part.IsEmpty)
        {
            var end = part.IndexOf("\r\n"u8);
            if (end <= 0 || part[..end].IndexOf((byte)':') <= 0 || !IsText(part[..end])) return false;
            part = part[(end + 2)..];
        }

        return true;
    }

    /// <summary>Fields one after the other, of small numbers.</summary>
    private static bool IsProtobuf(ReadOnlySpan<byte> part)
    {
        const int MaxField = 1000;
        var fields = new ProtobufWalk(part, 0, part.Length);
        while (fields.Next())
        {
            if (fields.FieldNumber > MaxField) return false;
        }

        return !fields.Malformed;
    }
}
