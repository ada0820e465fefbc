namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>A framing that fits, and how strongly the captures speak for it.</summary>
/// <param name="Framing">It.</param>
/// <param name="Messages">What it finds.</param>
/// <param name="Bits">Evidence: chance would make captures look so once in two to the power of it.</param>
/// <param name="SameMessages">Other framings that find the same messages.</param>
internal sealed record FramingGuess(Framing Framing, Messages Messages, double Bits, IReadOnlyList<Framing> SameMessages);

/// <summary>
/// Tries every place, width and byte order of a length, every part that it may not count, sums of lengths, varints and delimiters. What fits is a
/// walk that ends with the capture. The evidence is that end, and the bytes that are the same at the start of each message: a wrong walk
/// lands anywhere.
/// </summary>
internal static class FramingSearch
{
    private const int MaxOffset = 40, MaxUncounted = 64, ComparedBytes = 24;

    private static readonly int[][] SumWidths = [[2, 2, 4], [4, 4], [2, 4], [4, 2], [2, 2], [1, 2], [1, 4], [1, 1], [2, 2, 2], [4, 4, 4]];

    private static readonly (byte[] Bytes, string Text)[] Delimiters =
        [("\r\n\r\n"u8.ToArray(), @"\r\n\r\n"), ("\r\n"u8.ToArray(), @"\r\n"), ("\n"u8.ToArray(), @"\n"), ([0], @"\0"), ([3], @"\u0003")];

    /// <summary>What fits all captures, the best first.</summary>
    public static IReadOnlyList<FramingGuess> Find(IReadOnlyList<Capture> captures)
    {
        var rareness = ByteRareness(captures);
        return
        [
            .. Candidates().Select(framing => (Framing: framing, Messages: Walk(framing, captures))).Where(found => found.Messages is { Count: > 1 })
                .GroupBy(found => found.Messages!.Key)
                .Select(group => group.OrderBy(found => found.Framing.Rarity).ThenByDescending(found => found.Framing.Reads.End - found.Framing.Reads.Start).ToArray())
                .Select(group => new FramingGuess(group[0].Framing, group[0].Messages!, Evidence(group[0].Framing, group[0].Messages!, rareness),
                    [.. group.Skip(1).Select(found => found.Framing)]))
                .OrderByDescending(guess => guess.Bits - guess.Framing.Rarity),
        ];
    }

    private static IEnumerable<Framing> Candidates()
    {
        foreach (var width in (int[])[4, 2, 3, 1])
        {
            for (var offset = 0; offset <= MaxOffset; offset++)
            {
                foreach (var plus in Enumerable.Range(offset + width, MaxUncounted).Prepend(offset).Prepend(0).Distinct())
                {
                    yield return new LengthField(new(offset, width, IsLittle: false), plus);
                    if (width > 1) yield return new LengthField(new(offset, width, IsLittle: true), plus);
                }
            }
        }

        foreach (var widths in SumWidths)
        {
            for (var offset = 0; offset <= MaxOffset; offset++)
            {
                yield return Sum(offset, widths, isLittle: false);
                yield return Sum(offset, widths, isLittle: true);
            }
        }

        for (var offset = 0; offset < 8; offset++) yield return new VarintLength(offset);
        foreach (var (bytes, text) in Delimiters) yield return new Delimited(bytes, text);
    }

    private static LengthSum Sum(int offset, int[] widths, bool isLittle) => new([.. widths.Select((width, i) => new NumberAt(offset + widths.Take(i).Sum(), width, isLittle))]);

    private static Messages? Walk(Framing framing, IReadOnlyList<Capture> captures)
    {
        var messages = new Messages();
        foreach (var capture in captures)
        {
            if (!messages.TryAdd(capture, framing)) return null;
        }

        return messages;
    }

    private static double Evidence(Framing framing, Messages messages, double[] rareness)
    {
        const int BitsOfLine = 8, MostBitsOfBoundary = 16;
        if (framing is Delimited) return AreTexts(messages) ? BitsOfLine * messages.Count - framing.Tries : 0;

        // That a walk by chance ends with the capture: one place of as many as a message is long.
        var bits = messages.CutOff == 0 ? Math.Log2(messages[messages.Count - 1].Length) : 0;
        for (var i = 0; i < framing.Reads.Start; i++) bits += Agreement(_ => i);
        for (var i = 0; i < ComparedBytes; i++) bits += Agreement(message => framing.EndIn(messages[message]) + i);

        // What two messages have in common may be repetition within one: each boundary counts for so much at most.
        return Math.Min(bits, MostBitsOfBoundary * (messages.Count - 1)) * messages.Covered - framing.Tries;

        double Agreement(Func<int, int> place)
        {
            if (place(0) >= messages[0].Length) return 0;
            var value = messages[0][place(0)];
            for (var m = 1; m < messages.Count; m++)
            {
                if (place(m) >= messages[m].Length || messages[m][place(m)] != value) return 0;
            }

            return (messages.Count - 1) * rareness[value];
        }
    }

    /// <summary>Whether most messages are texts of some length; any byte ends something in binary data.</summary>
    private static bool AreTexts(Messages messages)
    {
        const int LeastLength = 4;
        var texts = Enumerable.Range(0, messages.Count).Count(i => messages[i].Length >= LeastLength && BlockFormat.IsText(messages[i][..^1]));
        return texts * 10 >= messages.Count * 9;
    }

    /// <summary>For each byte, how much it says that it stands somewhere: 8 bits for the rarest, little for one that is half of the capture.</summary>
    private static double[] ByteRareness(IReadOnlyList<Capture> captures)
    {
        var counts = new long[256];
        foreach (var capture in captures)
        {
            foreach (var b in capture.Bytes) counts[b]++;
        }

        var all = (double)counts.Sum();
        return [.. counts.Select(count => Math.Min(8, -Math.Log2((count + 1) / (all + 1))))];
    }
}
