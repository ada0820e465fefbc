using System.Text.Json;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>How a part of a message can be coded, with the lines that a description has for it, and how unlikely it is that bytes look so by chance.</summary>
/// <param name="Type">Type in the description.</param>
/// <param name="Lines">What stands beside the type.</param>
/// <param name="Bits">Evidence of a part that is not empty.</param>
/// <param name="Fits">Whether these bytes are such a part.</param>
internal sealed record BlockFormat(string Type, string Lines, double Bits, Func<ReadOnlySpan<byte>, bool> Fits)
{
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

    private static BlockFormat Pairs(int key, int value, bool little) => new(
        "PAIRS", $", pairs: {{ keyLength: U{8 * key}, valueLength: U{8 * value} }}{(little ? ", byteOrder: LITTLE_ENDIAN" : "")}", 8 * key + 4, part =>
        {
            while (!part.IsEmpty)
            {
                if (!TryTake(ref part, key, little, out var name) || name.IsEmpty || !IsText(name) || !TryTake(ref part, value, little, out _)) return false;
            }

            return true;
        });

    private static bool TryTake(ref ReadOnlySpan<byte> part, int width, bool little, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (part.Length < width) return false;
        var length = new NumberAt(0, width, little).Read(part);
        if (length > part.Length - width) return false;
        taken = part.Slice(width, (int)length);
        part = part[(width + taken.Length)..];
        return true;
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
        while (!part.IsEmpty)
        {
            if (part.Length < 2 || part[0] is 0 or > MaxTag || part[1] > part.Length - 2) return false;
            part = part[(2 + part[1])..];
        }

        return true;
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

    /// <summary>Fields one after the other, of small numbers; of two wire types that nobody uses there are none.</summary>
    private static bool IsProtobuf(ReadOnlySpan<byte> part)
    {
        const int MaxField = 1000;
        while (!part.IsEmpty)
        {
            if (!TryVarint(ref part, out var tag) || tag >> 3 is 0 or > MaxField) return false;
            var skip = 0UL;
            switch (tag & 7)
            {
                case 0 when TryVarint(ref part, out _): break;
                case 1: skip = 8; break;
                case 2 when TryVarint(ref part, out skip): break;
                case 5: skip = 4; break;
                default: return false;
            }

            if (skip > (ulong)part.Length) return false;
            part = part[(int)skip..];
        }

        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> part, out ulong value)
    {
        value = 0;
        for (var i = 0; i < part.Length && i < 10; i++)
        {
            value |= (ulong)(part[i] & 0x7f) << 7 * i;
            if (part[i] >= 0x80) continue;
            part = part[(i + 1)..];
            return true;
        }

        return false;
    }
}
