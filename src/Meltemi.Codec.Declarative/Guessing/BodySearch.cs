namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>
/// Finds what follows the head: a part whose length a number in the head says, and how it and the rest are coded.
/// </summary>
internal static class BodySearch
{
    private const int MaxHead = 64;

    /// <summary>The fields from the end of the head on, with the number that says a part's size, if there is one.</summary>
    public static IReadOnlyList<Part> Find(Messages messages, Framing framing) => framing switch
    {
        LengthSum sum => Parts(messages, sum),
        LengthField field when Sized(messages, field.Number, field.Plus) is { } sized => sized,
        LengthField field => Rest(messages, HeadEnd(messages, field), null),
        VarintLength varint => [new(varint.Offset + 1, 0, "body", "BYTES, size: REST", "all the rest")],
        _ => [new(0, 0, "line", $"{FormatOf(messages, _ => (0, -1))?.Type ?? "BYTES"}, size: REST", "all before the delimiter")],
    };

    private static List<Part> Parts(Messages messages, LengthSum sum)
    {
        var parts = new List<Part>();
        for (var i = 0; i < sum.Numbers.Count; i++)
        {
            var index = i;
            var format = FormatOf(messages, message => (sum.Numbers[^1].End + (int)sum.Numbers.Take(index).Sum(number => number.Read(messages[message])), (int)sum.Numbers[index].Read(messages[message])));
            parts.Add(new(sum.Numbers[i].Offset, sum.Numbers[i].Width, $"length{i + 1}", sum.Numbers[i].Text, ""));
            parts.Add(new(sum.Numbers[^1].End + i, 0, $"part{i + 1}", $"{format?.Type ?? "BYTES"}, size: length{i + 1}{format?.Lines}", format is null ? "" : "as it looks in all messages"));
        }

        return parts;
    }

    /// <summary>A part with a size of its own behind the head; null: none is telling enough.</summary>
    private static List<Part>? Sized(Messages messages, NumberAt length, int plus)
    {
        (NumberAt Size, int Start, BlockFormat Format, double Bits)? best = null;
        foreach (var width in (int[])[2, 4, 1])
        {
            for (var offset = 0; offset + width <= Math.Min(messages.Shortest, MaxHead); offset++)
            {
                foreach (var little in (bool[])[length.IsLittle, !length.IsLittle])
                {
                    var size = new NumberAt(offset, width, little);
                    if (size.Offset < length.End && length.Offset < size.End) continue;
                    for (var start = Math.Max(size.End, length.End); start <= Math.Min(messages.Shortest, MaxHead); start++)
                    {
                        if (Fits(messages, size, start) is not { } filled) continue;
                        var format = FormatOf(messages, message => (start, (int)size.Read(messages[message])));
                        var bits = (format?.Bits ?? 0) * filled + (start == size.End ? 1 : 0) + (start == plus ? 1 : 0) + (width == 1 ? -1 : 0);
                        if (format is { Type: not "TEXT" } && bits >= 12 && (format.Type != "PROTOBUF" || Sizes(messages, size) > 1) && (best is null || bits > best.Value.Bits)) best = (size, start, format, bits);
                    }
                }
            }
        }

        if (best is not { } found) return null;
        var wide = Widen(messages, found.Size, length);
        return
        [
            new(wide.Offset, wide.Width, "headerLength", wide.Text, $"says how long the part at byte {found.Start} is"),
            new(found.Start, 0, "header", $"{found.Format.Type}, size: headerLength{found.Format.Lines}", "as it looks in all messages"),
            .. Rest(messages, found.Start + 1, message => (found.Start + (int)found.Size.Read(messages[message]), -1)),
        ];
    }

    /// <summary>With the zeros before it that make it a number of 4 bytes at a multiple of 4.</summary>
    private static NumberAt Widen(Messages messages, NumberAt size, NumberAt length)
    {
        var wide = new NumberAt(size.IsLittle ? size.Offset : size.Offset - 2, 4, size.IsLittle);
        if (size.Width != 2 || wide.Offset < length.End || wide.Offset % 4 != 0) return size;
        var (from, to) = size.IsLittle ? (size.End, wide.End) : (wide.Offset, size.Offset);
        return Enumerable.Range(from, to - from).All(at => Column.Of(messages, at).Max == 0) ? wide : size;
    }

    private static int Sizes(Messages messages, NumberAt size) => Enumerable.Range(0, messages.Count).Select(i => size.Read(messages[i])).Distinct().Count();

    /// <summary>Number of messages in which the part is there and not empty; null: it does not fit one.</summary>
    private static int? Fits(Messages messages, NumberAt size, int start)
    {
        var filled = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            var length = size.Read(messages[i]);
            if (length > messages[i].Length - start) return null;
            if (length > 0) filled++;
        }

        return filled > 0 ? filled : null;
    }

    /// <summary>Where bytes begin that are different in each message, or text.</summary>
    private static int HeadEnd(Messages messages, LengthField field)
    {
        const int LeastText = 4, LongestHead = 32;
        var end = Math.Max(field.Number.End, field.Plus);
        for (; end < Math.Min(messages.Shortest, LongestHead); end++)
        {
            var kind = Column.KindOf(messages, end);
            if (kind == ColumnKind.Many) break;
            if (kind == ColumnKind.Constant && Enumerable.Range(end, LeastText).All(at => at < messages.Shortest && Column.KindOf(messages, at) == ColumnKind.Constant && Column.Of(messages, at).Min is >= 0x20 and < 0x7f)) break;
        }

        return end;
    }

    /// <summary>What is from there on, as a field.</summary>
    public static Part[] Rest(Messages messages, int order, Func<int, (int Start, int Length)>? where)
    {
        var format = FormatOf(messages, where ?? (_ => (order, -1)));
        if (format is { Type: "PROTOBUF" }) format = null; // Without a size of its own too many bytes look like it.
        return [new(order, 0, "body", $"{format?.Type ?? "BYTES"}, size: REST{format?.Lines}", format is null ? "all the rest" : "all the rest; as it looks in all messages")];
    }

    /// <summary>The first format that fits a part in all messages where it is not empty; null: none.</summary>
    private static BlockFormat? FormatOf(Messages messages, Func<int, (int Start, int Length)> where)
    {
        foreach (var format in BlockFormat.All)
        {
            var filled = 0;
            var fits = true;
            for (var i = 0; i < messages.Count && fits; i++)
            {
                var (start, length) = where(i);
                var part = length < 0 ? messages[i][start..] : messages[i].Slice(start, length);
                if (part.IsEmpty) continue;
                filled++;
                fits = format.Fits(part);
            }

            if (fits && filled > 0) return format;
        }

        return null;
    }
}
