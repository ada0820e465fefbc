using Meltemi.Xds.Yaml;

namespace Meltemi.Tests.Xds.Yaml;

public class YamlTextTests
{
    [Fact]
    public void Values_know_their_place()
    {
        var root = Parse("a: 1\nb:\n  - x\n  - {y: z}\n");

        Assert.Equal(new Mark(1, 4), root.Find("a")!.Mark);
        var list = Assert.IsType<YamlSequence>(root.Find("b"));
        Assert.Equal([new Mark(3, 5), new Mark(4, 5)], list.Items.Select(item => item.Mark));
        Assert.Equal(new Mark(4, 6), Assert.IsType<YamlMapping>(list.Items[1]).Entries[0].Mark);
    }

    [Fact]
    public void Json_is_read_as_it_is()
    {
        var root = Parse("{\n\t\"a\":\"x\\u00e9\\ud83d\\ude00\\/\",\n\t\"b\":[1,true,null],\"c\":{}\n}");

        Assert.Equal("xé😀/", Text(root.Find("a")));
        Assert.Equal(["1", "true", "null"], Assert.IsType<YamlSequence>(root.Find("b")).Items.Select(Text));
        Assert.Empty(Assert.IsType<YamlMapping>(root.Find("c")).Entries);
    }

    [Theory]
    [InlineData("~", true)]
    [InlineData("null", true)]
    [InlineData("", true)]
    [InlineData("\"null\"", false)]
    [InlineData("!!str null", false)]
    [InlineData("nul", false)]
    public void Only_a_plain_null_is_nothing(string value, bool isNull) => Assert.Equal(isNull, Parse($"a: {value}").Find("a")!.IsNull);

    [Fact]
    public void An_alias_is_what_its_anchor_was()
    {
        var root = Parse("a: &x [1, 2]\nb: *x\n");

        Assert.Same(root.Find("a"), root.Find("b"));
    }

    [Fact]
    public void A_merge_key_adds_what_is_not_there()
    {
        var root = Parse("base: &x {a: 1, b: 2}\nmore: &y {c: 3, b: 4}\nc:\n  <<: [*x, *y]\n  a: 9\n");

        var merged = Assert.IsType<YamlMapping>(root.Find("c"));
        Assert.Equal(["a=9", "b=2", "c=3"], merged.Entries.Select(entry => $"{entry.Key}={Text(entry.Value)}"));
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' is there twice, first in line 1")]
    [InlineData("a: *nobody\n", 1, 4, "no anchor &nobody before this alias")]
    [InlineData("a: &x {b: *x}\n", 1, 11, "no anchor &x before this alias")]
    [InlineData("<<: 5\n", 1, 1, "<< takes an object or a list of objects, not `5`")]
    [InlineData("? [a]\n: 1\n", 1, 3, "a key must be a text")]
    [InlineData("a: 1\n---\nb: 2\n", 2, 1, "only one document is read, and here a second one begins")]
    public void What_is_wrong_is_said_with_its_place(string text, int line, int column, string message)
    {
        var e = Assert.Throws<YamlSyntaxException>(() => YamlText.Parse(text));

        Assert.Equal((new Mark(line, column), message), (e.Mark, e.Message));
    }

    [Theory]
    [InlineData("a: [1, 2\nb: 3\n", 2)]
    [InlineData("a:\n\tb: 1\n", 1)]
    [InlineData("a: \"x\nb: 1\n", 1)]
    [InlineData("{a: 1", 1)]
    [InlineData("a: b: c\n", 1)]
    public void Broken_syntax_is_said_near_its_place(string text, int line)
    {
        var e = Assert.Throws<YamlSyntaxException>(() => YamlText.Parse(text));

        Assert.InRange(e.Mark.Line, line, line + 1);
        Assert.NotEmpty(e.Message);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var e = Assert.Throws<YamlSyntaxException>(() => YamlText.Parse(new string('[', 100_000)));

        Assert.Equal(new Mark(1, YamlText.MaxDepth + 2), e.Mark);
    }

    [Fact]
    public void Merging_counts_what_it_repeats()
    {
        var keys = string.Join(", ", Enumerable.Range(0, 1000).Select(i => $"k{i}: 1"));
        var bomb = $"x: &x {{{keys}}}\nlist:\n" + string.Concat(Enumerable.Repeat("- <<: *x\n", 2500));

        Assert.EndsWith("values", Assert.Throws<YamlSyntaxException>(() => YamlText.Parse(bomb)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    public void An_empty_text_is_nothing(string text) => Assert.Null(YamlText.Parse(text));

    private static YamlMapping Parse(string text) => Assert.IsType<YamlMapping>(YamlText.Parse(text));

    private static string Text(YamlNode? node) => Assert.IsType<YamlScalar>(node).Text;
}
