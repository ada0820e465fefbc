namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>Says what can be said of bytes that nothing else explains: whether they are always the same, or one of a few.</summary>
internal static class Gaps
{
    private const int LeastRun = 3;

    /// <summary>The known fields in their order, and between them what can be said of the bytes that are left.</summary>
    public static IEnumerable<Part> Fill(Messages messages, List<Part> known)
    {
        var at = 0;
        foreach (var part in known.OrderBy(part => part.Offset))
        {
            // The first part without a width is the end of the head.
            foreach (var gap in Gap(messages, at, Math.Min(part.Offset, messages.Shortest))) yield return gap;
            yield return part;
            at = part.Width == 0 ? int.MaxValue : part.End;
        }
    }

    private static IEnumerable<Part> Gap(Messages messages, int from, int to)
    {
        for (var at = from; at < to;)
        {
            var (start, kind) = (at, Column.KindOf(messages, at));
            while (++at < to && kind != ColumnKind.Few && Column.KindOf(messages, at) == kind) continue;
            if (kind == ColumnKind.Constant && start > 0 && at - start < LeastRun) at = start + 1;
            yield return Describe(messages, start, at - start, kind);
        }
    }

    private static Part Describe(Messages messages, int start, int width, ColumnKind kind)
    {
        var bytes = messages[0].Slice(start, width);
        var values = string.Join(", ", Column.Of(messages, start));
        var size = $"BYTES, size: {width}";
        return kind switch
        {
            ColumnKind.Constant when start == 0 && width == 1 => new(start, width, "magic", $"U8, value: {values}", "in all messages"),
            ColumnKind.Constant when start == 0 => new(start, width, "magic", $"{size}, value: \"hex:{Convert.ToHexStringLower(bytes)}\"", "in all messages"),
            ColumnKind.Constant when width == 1 => new(start, width, $"byte{start}", "U8", $"{values} in all messages"),
            ColumnKind.Constant => new(start, width, $"bytes{start}", size, $"in all messages {Convert.ToHexStringLower(bytes)}"),
            ColumnKind.Few => new(start, width, $"byte{start}", "U8", $"one of {values}: a type, a flag, a status?"),
            ColumnKind.Zero => new(start, width, $"bytes{start}", size, "0 in all messages"),
            _ => new(start, width, $"bytes{start}", size, ""),
        };
    }
}
