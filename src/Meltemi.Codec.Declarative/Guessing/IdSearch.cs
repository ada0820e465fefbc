namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>Finds the number that is different in each request, and that answers repeat.</summary>
internal static class IdSearch
{
    private const int FewRequests = 4;

    /// <summary>The most likely id; null: nothing looks like one.</summary>
    /// <param name="messages">All messages.</param>
    /// <param name="taken">Fields that are known already.</param>
    /// <param name="isLittle">The byte order of the length, which that of the id mostly is too; null: there is none.</param>
    public static (NumberAt Number, string Why)? Find(Messages messages, IReadOnlyList<Part> taken, bool? isLittle)
    {
        var requests = messages.Of(Origin.Client).ToArray();
        if (requests.Length < FewRequests) return null;
        (NumberAt Number, string Why, int Score)? best = null;
        foreach (var width in (int[])[4, 8, 2])
        {
            for (var offset = 0; offset + width <= Math.Min(messages.Shortest, 40); offset++)
            {
                foreach (var little in (bool[])[false, true])
                {
                    var number = new NumberAt(offset, width, little);
                    if (taken.Any(part => part.Overlaps(number)) || !IsWhole(messages, number)) continue;
                    if (Judge(messages, requests, number) is { } found && found.Score + Form(messages, number, isLittle) is var score && (best is null || score > best.Value.Score)) best = (number, found.Why, score);
                }
            }
        }

        return best is { } id ? (id.Number, id.Why) : null;
    }

    private static (string Why, int Score)? Judge(Messages messages, int[] requests, NumberAt number)
    {
        var values = requests.Select(index => number.Read(messages[index])).ToArray();
        var seen = values.ToHashSet();
        if (seen.Count < values.Length * 9 / 10) return null;
        var answers = messages.Of(Origin.Server).Select(index => number.Read(messages[index])).ToArray();
        var known = answers.Count(seen.Contains);
        if (answers.Length > 0 && known < answers.Length * 9 / 10) return null;
        var steps = values.Zip(values.Skip(1), (a, b) => b - a).GroupBy(step => step).MaxBy(group => group.Count())!;
        var counts = steps.Count() >= (values.Length - 1) * 3 / 4;
        if (!counts && known == 0) return null; // Different numbers alone are times, sums, pointers.
        var why = $"{seen.Count} different values in {values.Length} requests{(counts ? $", mostly {steps.Key:+0;-0} from one to the next" : "")}"
            + (known > 0 ? $", {known} of {answers.Length} answers repeat one" : "");
        return (why, (known > 0 ? 8 : 0) + (counts ? 4 : 0)); // answers say more than a count
    }

    /// <summary>What speaks for the number by its form: at a multiple of 4, of 4 bytes, of the length's byte order, without bytes that may be other fields.</summary>
    private static int Form(Messages messages, NumberAt number, bool? isLittle)
    {
        var doubtful = Enumerable.Range(number.Offset, number.Width).Count(at => Column.KindOf(messages, at) == ColumnKind.Constant);
        return (number.Offset % 4 == 0 ? 1 : 0) + (number.Width == 4 ? 1 : 0) + (number.IsLittle == isLittle ? 3 : 0) - 2 * doubtful;
    }

    /// <summary>
    /// Whether the bytes are those of one number: its lowest byte varies most, and what is above is 0 or varies too. A byte that is always the same and
    /// not 0 is likely a field of its own, unless the number is where one would put it.
    /// </summary>
    private static bool IsWhole(Messages messages, NumberAt number)
    {
        var lowest = number.IsLittle ? number.Offset : number.End - 1;
        var most = Column.Of(messages, lowest).Count;
        if (most < 2) return false;
        for (var at = number.Offset; at < number.End; at++)
        {
            var column = Column.Of(messages, at);
            if (column.Count > most || (at != lowest && column.Count == 1 && !column.Contains(0) && !(number.Width == 4 && number.Offset % 4 == 0))) return false;
        }

        return true;
    }
}
