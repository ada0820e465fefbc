using Meltemi.Tests.Program.Support;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>docs/protocols-without-code.md says what is so.</summary>
public class TutorialTests
{
    private static readonly string Samples = Path.Combine(Repository.Root, "samples", "protocols");
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "protocols-without-code.md"));

    [Fact]
    public void Its_description_is_the_sample_piece_by_piece()
    {
        var sample = File.ReadAllText(Path.Combine(Samples, "warehouse.yaml"));
        var pieces = Blocks("yaml").TakeWhile(piece => !piece.StartsWith("apiVersion", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, pieces.Length);
        Assert.All(pieces, piece => Assert.Contains(piece, sample, StringComparison.Ordinal));
        Assert.Equal(sample.Split('\n').Count(line => line.Length > 0) - 1, pieces.Sum(piece => piece.Split('\n').Count(line => line.Length > 0)));
    }

    [Fact]
    public void What_it_shows_is_what_is_printed()
    {
        var warehouse = File.ReadAllText(Path.Combine(Samples, "warehouse.yaml"));
        var directory = Directory.CreateTempSubdirectory("meltemi-tutorial-");
        foreach (var file in Directory.GetFiles(Samples, "warehouse.*")) File.Copy(file, Path.Combine(directory.FullName, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(directory.FullName, "wrong.yaml"), warehouse.Replace("size: tagsSize", "size: tagSize", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(directory.FullName, "silent.yaml"), warehouse.Replace("status: 9", "status: 0", StringComparison.Ordinal));
        var shown = 0;
        foreach (var block in Blocks("").Where(block => block.StartsWith("$ meltemi codec try", StringComparison.Ordinal)))
        {
            foreach (var part in block.Split("$ meltemi ", StringSplitOptions.RemoveEmptyEntries))
            {
                var lines = part.Split('\n', 2);
                var arguments = lines[0].Split(' ').Select(word => word.Contains('.', StringComparison.Ordinal) ? Path.Combine(directory.FullName, word) : word);
                var output = Terminal.Run([.. arguments]).Output.Replace(directory.FullName + "/", "", StringComparison.Ordinal);
                var expected = lines[1].EndsWith("...\n", StringComparison.Ordinal) ? lines[1][..^4] : lines[1];
                Assert.StartsWith(expected, output, StringComparison.Ordinal);
                shown++;
            }
        }

        directory.Delete(recursive: true);
        Assert.Equal(4, shown);
    }

    /// <summary>The fenced pieces of a language; of none: what is printed.</summary>
    private static List<string> Blocks(string language)
    {
        var blocks = new List<string>();
        var pieces = Page.Split("```");
        for (var i = 1; i < pieces.Length; i += 2)
        {
            var lines = pieces[i].Split('\n', 2);
            if (lines[0] == language) blocks.Add(lines[1]);
        }

        return blocks;
    }
}
