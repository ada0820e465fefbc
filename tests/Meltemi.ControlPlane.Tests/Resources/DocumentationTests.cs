using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary><c>docs/resources.md</c> says what is so.</summary>
public partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs/resources.md"));

    [Fact]
    public void Examples_are_without_problems()
    {
        var examples = Blocks().Where(block => block.Language == "yaml").ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, block => Assert.Equal("", Reading.Problems(block.Text)));
    }

    [Fact]
    public void Problems_read_as_shown()
    {
        var refused = Assert.Single(Blocks(), block => block.Language == "yaml refused").Text;
        var shown = Assert.Single(Blocks(), block => block.Language == "text").Text;
        Assert.Equal(shown.Trim(), Reading.Problems(refused).Replace("warning: ", ""));
    }

    [Fact]
    public void All_kinds_are_there_with_their_short_names() => Assert.All(ResourceKinds.All, kind =>
    {
        var row = Assert.Single(Page.Split('\n'), line => line.StartsWith('|') && Regex.IsMatch(line.Split('|')[1], $@"\b{kind.Name}\b"));
        Assert.All(kind.ShortNames, name => Assert.Matches($@"\b{name}\b", row.Split('|')[3]));
        Assert.Equal(kind.KeptOnly, row.Contains("kept; nothing acts", StringComparison.Ordinal));
    });

    [Fact]
    public void The_fields_without_effect_are_those_that_are_marked()
    {
        var section = Page[Page.IndexOf("## Kept, without effect yet", StringComparison.Ordinal)..Page.IndexOf("## Adding a kind", StringComparison.Ordinal)];
        var listed = Listed().Matches(section).SelectMany(
            entry => Name().Matches(entry.Groups[2].Value).Select(field => $"{entry.Groups[1].Value}.{field.Groups[1].Value}"));
        var marked =
            from name in ResourceSchemas.Set.MessageNames
            from field in ResourceSchemas.Set.Message(name)!.FieldList
            where field.Rules is { Later: true }
            select $"{name.Split('.')[^1]}.{field.Name}";
        Assert.Equal(marked.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Language, string Text)> Blocks() =>
        Block().Matches(Page).Select(block => (block.Groups[1].Value, block.Groups[2].Value));

    private static string Root([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../..");

    [GeneratedRegex(@"^```(.+)\n([\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`(\w+)`:((?:\s+`\w+`,?)+)")]
    private static partial Regex Listed();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();
}
