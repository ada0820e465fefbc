using Meltemi.Program.Output;

namespace Meltemi.Tests.Program.Output;

public class TextDiffTests
{
    [Fact]
    public void Equal_texts_have_no_differences() => Assert.Equal((false, ""), Diff("a\nb\n", "a\nb\n"));

    [Fact]
    public void A_changed_line_stands_between_three_lines_of_context()
    {
        var (differs, text) = Diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");

        Assert.True(differs);
        Assert.Equal("--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n", text);
    }

    [Fact]
    public void Changes_far_apart_are_hunks_of_their_own()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"{i}").ToArray();
        var changed = lines.Select(line => line is "3" or "27" ? "x" : line);

        var (_, text) = Diff(string.Join('\n', lines), string.Join('\n', changed));

        Assert.Equal(["@@ -1,6 +1,6 @@", "@@ -24,7 +24,7 @@"], text.Split('\n').Where(line => line.StartsWith("@@", StringComparison.Ordinal)));
    }

    private static (bool Differs, string Text) Diff(string before, string after)
    {
        using var output = new StringWriter { NewLine = "\n" };
        return (TextDiff.Write("old", before, "new", after, output), output.ToString());
    }
}
