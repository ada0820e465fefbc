using System.Text;
using Meltemi.ControlPlane.Stores.Table;

namespace Meltemi.ControlPlane.Tests.Stores.Table;

public class ResourceJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{ "b": [1, 2], "a": 1 }""", true)]
    [InlineData("""{"a":1.0}""", """{"a":1}""", true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false)]
    [InlineData("""{"a":null}""", """{}""", false)]
    public void Texts_are_the_same_if_they_mean_the_same(string left, string right, bool same) =>
        Assert.Equal(same, ResourceJson.Same(Bytes(left), Bytes(right)));

    [Theory]
    [InlineData("""{"apiVersion":"v1","metadata":{"name":"a"},"spec":{"x":1}}""", """{"apiVersion":"v2","metadata":{},"spec":{"x":1}}""", true)]
    [InlineData("""{"metadata":{},"spec":{"x":1}}""", """{"metadata":{},"spec":{"x":2}}""", false)]
    [InlineData("""{"metadata":{},"subsets":[1]}""", """{"metadata":{}}""", false)]
    [InlineData("""{"metadata":{}}""", """{"metadata":{},"subsets":[1]}""", false)]
    public void A_spec_is_everything_but_version_and_metadata(string left, string right, bool same) =>
        Assert.Equal(same, ResourceJson.SameSpec(Bytes(left), Bytes(right)));

    [Fact]
    public void What_only_stores_say_is_taken_out_and_nothing_else()
    {
        var json = """
            {"kind":"K","metadata":{"name":"ä<b>","uid":"u","labels":{"uid":"kept"},"resourceVersion":"1","generation":3,"creationTimestamp":null,"x":1.50},"uid":"kept"}
            """;

        var text = Encoding.UTF8.GetString(ResourceJson.WithoutGenerated(Bytes(json)).Span);

        Assert.Equal("""{"kind":"K","metadata":{"name":"ä<b>","labels":{"uid":"kept"},"x":1.50},"uid":"kept"}""", text);
    }

    [Fact]
    public void Without_generated_metadata_the_text_is_not_copied()
    {
        ReadOnlyMemory<byte> json = Bytes("""{"metadata":{"name":"a"}}""");

        Assert.True(json.Equals(ResourceJson.WithoutGenerated(json)));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
