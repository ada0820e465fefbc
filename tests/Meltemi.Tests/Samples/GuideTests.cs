using Meltemi.Tests.Support;

namespace Meltemi.Tests.Samples;

public class GuideTests
{
    [Fact]
    public void Every_piece_of_code_in_the_guide_stands_in_code_that_compiles()
    {
        var root = Repository.Root;
        var code = new[] { "samples", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Lines(File.ReadAllText(file)))
            .ToArray();
        var pieces = Pieces(File.ReadAllText(Path.Combine(root, "docs", "writing-a-codec.md"))).ToArray();
        Assert.NotEmpty(pieces);
        foreach (var piece in pieces) Assert.True(code.Any(file => file.Contains(piece, StringComparison.Ordinal)), piece);
    }

    private static IEnumerable<string> Pieces(string text) =>
        text.Split("```csharp\n").Skip(1).Select(rest => Lines(rest[..rest.IndexOf("```", StringComparison.Ordinal)]));

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
