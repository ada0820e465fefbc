using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Text;

/// <summary>Texts of many documents.</summary>
public class DocumentTests
{
    private const string Namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: NAME }\n";

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n---\n# nothing\n---")]
    [InlineData("%YAML 1.2\n---\n...\n")]
    [InlineData("---\nnull\n---\n~\n")]
    public void A_text_without_anything_in_it_has_no_documents(string text) => Assert.Empty(ResourceText.Parse(text));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Documents_are_read_in_order(string lineEnd)
    {
        var text = string.Concat("a b c d".Split(' ').Select(name => $"{Namespace.Replace("NAME", name)}--- # next\n"));
        var parsed = ResourceText.Parse(text.Replace("\n", lineEnd));
        Assert.Equal(["a", "b", "c", "d"], parsed.Select(one => one.Resource!.Key.Name));
    }

    [Fact]
    public void A_document_may_begin_behind_the_dashes_end_with_dots_and_have_a_byte_order_mark()
    {
        var parsed = ResourceText.Parse("\ufeff--- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n...\n# between\n%YAML 1.2\n---\n" + Namespace.Replace("NAME", "b"));
        Assert.Equal(["a", "b"], parsed.Select(one => one.Resource?.Key.Name));
    }

    [Fact]
    public void A_broken_document_hides_no_other_and_lines_count_from_the_beginning_of_the_text()
    {
        var text = $"""
            {Namespace.Replace("NAME", "a")}---
            apiVersion: v1
            kind: [unclosed
            ---
            {Namespace.Replace("NAME", "B")}---
            {Namespace.Replace("NAME", "c")}
            """;
        var parsed = ResourceText.Parse(text);
        Assert.Equal(4, parsed.Length);
        Assert.Equal(["a", null, null, "c"], parsed.Select(one => one.Resource?.Key.Name));
        Assert.Equal(7, Assert.Single(parsed[1].Problems).Mark.Line);
        Assert.Equal("10:13 metadata.name: 'B' cannot be a name: only small letters, digits and - are allowed", Assert.Single(parsed[2].Problems).ToString());
        Assert.Equal(ResourceKinds.Namespace, parsed[2].Kind);
        Assert.Equal("B", parsed[2].Name);
    }

    [Fact]
    public void A_list_counts_as_its_items()
    {
        var parsed = ResourceText.Parse("""
            apiVersion: v1
            kind: List
            metadata: { resourceVersion: "" }
            items:
            - apiVersion: v1
              kind: Namespace
              metadata: { name: a }
            - { apiVersion: v1, kind: Namespace, metadata: { name: "no good" } }
            - 17
            """);
        Assert.Equal("a", parsed[0].Resource!.Key.Name);
        Assert.Equal("8:50 metadata.name: 'no good' cannot be a name: only small letters, digits and - are allowed", Assert.Single(parsed[1].Problems).ToString());
        Assert.Equal("9:3: expected an object with apiVersion, kind, metadata and spec, found `17`", Assert.Single(parsed[2].Problems).ToString());
    }

    [Fact]
    public void The_items_of_a_list_of_one_kind_need_not_say_their_kind()
    {
        var parsed = ResourceText.Parse("""
            { "apiVersion": "networking.istio.io/v1", "kind": "WorkloadEntryList", "items": [ { "metadata": { "name": "a" }, "spec": { "address": "10.0.0.1" } } ] }
            """);
        Assert.Equal("WorkloadEntry/default/a", Assert.Single(parsed).Resource!.Key.ToString());
        Assert.Equal("networking.istio.io/v1", parsed[0].Resource!.ApiVersion);
    }

    [Fact]
    public void The_namespace_is_filled_in_and_may_be_another_than_default()
    {
        const string Text = "{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: a}}";
        Assert.Equal("default", ResourceText.Parse(Text)[0].Resource!.Key.Namespace);
        var other = ResourceText.Parse(Text, "shop")[0].Resource!;
        Assert.Equal("shop", other.Key.Namespace);
        Assert.Equal("""{"apiVersion":"networking.istio.io/v1","kind":"Sidecar","metadata":{"name":"a","namespace":"shop"}}""", other.Kept());
    }
}
