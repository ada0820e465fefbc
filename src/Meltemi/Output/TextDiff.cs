namespace Meltemi.Program.Output;

/// <summary>The lines in which two texts differ, in the form of <c>diff -u</c>.</summary>
internal static class TextDiff
{
    private const int Context = 3;

    /// <summary>Writes the differences; the answer is whether there are any.</summary>
    public static bool Write(string oldName, string oldText, string newName, string newText, TextWriter output)
    {
        var (before, after) = (oldText.TrimEnd('\n').Split('\n'), newText.TrimEnd('\n').Split('\n'));
        var edits = Edits(before, after);
        if (edits.All(edit => edit.Sign == ' ')) return false;
        output.WriteLine($"--- {oldName}");
        output.WriteLine($"+++ {newName}");
        for (var start = 0; (start = NextChange(edits, start)) < edits.Count;)
        {
            var first = Math.Max(0, start - Context);
            var end = start;
            for (var i = start; i < edits.Count && i <= end + (2 * Context); i++)
            {
                if (edits[i].Sign != ' ') end = i;
            }

            var last = Math.Min(edits.Count - 1, end + Context);
            WriteHunk(edits, first, last, output);
            start = last + 1;
        }

        return true;
    }

    private static int NextChange(List<(char Sign, string Line)> edits, int from)
    {
        while (from < edits.Count && edits[from].Sign == ' ') from++;
        return from;
    }

    private static void WriteHunk(List<(char Sign, string Line)> edits, int first, int last, TextWriter output)
    {
        var (oldStart, newStart) = (edits.Take(first).Count(edit => edit.Sign != '+') + 1, edits.Take(first).Count(edit => edit.Sign != '-') + 1);
        var hunk = edits[first..(last + 1)];
        output.WriteLine($"@@ -{oldStart},{hunk.Count(edit => edit.Sign != '+')} +{newStart},{hunk.Count(edit => edit.Sign != '-')} @@");
        foreach (var (sign, line) in hunk) output.WriteLine($"{sign}{line}");
    }

    // The longest common subsequence by the plain table: resources have hundreds of lines, not millions.
    private static List<(char Sign, string Line)> Edits(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var edits = new List<(char, string)>();
        var (a, b) = (0, 0);
        while (a < before.Length || b < after.Length)
        {
            if (a < before.Length && b < after.Length && before[a] == after[b]) (edits, a, b) = (Add(edits, ' ', before[a]), a + 1, b + 1);
            else if (a < before.Length && (b == after.Length || common[a + 1, b] >= common[a, b + 1])) (edits, a) = (Add(edits, '-', before[a]), a + 1);
            else (edits, b) = (Add(edits, '+', after[b]), b + 1);
        }

        return edits;
    }

    private static List<(char, string)> Add(List<(char, string)> edits, char sign, string line)
    {
        edits.Add((sign, line));
        return edits;
    }
}
