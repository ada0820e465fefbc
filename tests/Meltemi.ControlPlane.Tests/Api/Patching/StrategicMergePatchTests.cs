using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Patching;

namespace Meltemi.ControlPlane.Tests.Api.Patching;

public class StrategicMergePatchTests
{
    private const string Pod = """{"spec":{"containers":[{"name":"a","image":"x","ports":[{"containerPort":1}]},{"name":"b"}],"tolerations":[{"key":"k"}]}}""";

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"y"}]}}""", """[{"name":"a","image":"y","ports":[{"containerPort":1}]},{"name":"b"}]""")]
    [InlineData("""{"spec":{"containers":[{"name":"c"}]}}""", """[{"name":"a","image":"x","ports":[{"containerPort":1}]},{"name":"b"},{"name":"c"}]""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}""", """[{"name":"b"}]""")]
    [InlineData("""{"spec":{"containers":[{"$patch":"replace"},{"name":"z"}]}}""", """[{"name":"z"}]""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","ports":[{"containerPort":2}]}]}}""", """[{"name":"a","image":"x","ports":[{"containerPort":1},{"containerPort":2}]},{"name":"b"}]""")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}""", """[{"name":"b"},{"name":"a","image":"x","ports":[{"containerPort":1}]}]""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$retainKeys":["name","image"],"image":"y"}]}}""", """[{"name":"a","image":"y"},{"name":"b"}]""")]
    [InlineData("""{"spec":{"$patch":"replace","containers":[{"name":"z"}]}}""", """[{"name":"z"}]""")]
    public void Lists_with_a_key_are_merged_item_by_item(string patch, string containers) =>
        Assert.Equal(containers, Patched(Pod, patch)["spec"]!["containers"]!.ToJsonString());

    [Fact]
    public void Lists_without_a_key_are_replaced() =>
        Assert.Equal("""[{"key":"l"}]""", Patched(Pod, """{"spec":{"tolerations":[{"key":"l"}]}}""")["spec"]!["tolerations"]!.ToJsonString());

    [Fact]
    public void Lists_of_plain_values_are_sets()
    {
        const string Target = """{"metadata":{"finalizers":["a","b"]}}""";
        Assert.Equal("""["a","b","c"]""", Patched(Target, """{"metadata":{"finalizers":["b","c"]}}""")["metadata"]!["finalizers"]!.ToJsonString());
        Assert.Equal("""["b"]""", Patched(Target, """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}""")["metadata"]!["finalizers"]!.ToJsonString());
    }

    [Fact]
    public void Objects_are_merged_and_null_removes() =>
        Assert.Equal("""{"a":{"y":2}}""", Patched("""{"a":{"x":1,"y":2},"b":1}""", """{"a":{"x":null},"b":null}""").ToJsonString());

    [Theory]
    [InlineData("""{"$patch":"explode"}""")]
    [InlineData("""{"spec":{"containers":[{"image":"no name"}]}}""")]
    public void Nonsense_is_refused(string patch) => Assert.True(Assert.Throws<PatchException>(() => Patched(Pod, patch)).Malformed);

    private static JsonObject Patched(string target, string patch) =>
        StrategicMergePatch.Apply((JsonObject)JsonNode.Parse(target)!, (JsonObject)JsonNode.Parse(patch)!);
}
