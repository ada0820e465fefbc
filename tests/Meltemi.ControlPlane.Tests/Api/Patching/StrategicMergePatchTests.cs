using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Patching;

namespace Meltemi.ControlPlane.Tests.Api.Patching;

public class StrategicMergePatchTests
{
    private const string Service = """{"spec":{"ports":[{"port":1,"name":"x","more":{"m":1}},{"port":2}],"externalIPs":["k"]}}""";

    [Theory]
    [InlineData("""{"spec":{"ports":[{"port":1,"name":"y"}]}}""", """[{"port":1,"name":"y","more":{"m":1}},{"port":2}]""")]
    [InlineData("""{"spec":{"ports":[{"port":3}]}}""", """[{"port":1,"name":"x","more":{"m":1}},{"port":2},{"port":3}]""")]
    [InlineData("""{"spec":{"ports":[{"port":1,"$patch":"delete"}]}}""", """[{"port":2}]""")]
    [InlineData("""{"spec":{"ports":[{"$patch":"replace"},{"port":9}]}}""", """[{"port":9}]""")]
    [InlineData("""{"spec":{"ports":[{"port":1,"more":{"m":null,"n":2}}]}}""", """[{"port":1,"name":"x","more":{"n":2}},{"port":2}]""")]
    [InlineData("""{"spec":{"$setElementOrder/ports":[{"port":2},{"port":1}]}}""", """[{"port":2},{"port":1,"name":"x","more":{"m":1}}]""")]
    [InlineData("""{"spec":{"ports":[{"port":1,"$retainKeys":["port","name"],"name":"y"}]}}""", """[{"port":1,"name":"y"},{"port":2}]""")]
    [InlineData("""{"spec":{"$patch":"replace","ports":[{"port":9}]}}""", """[{"port":9}]""")]
    public void Lists_with_a_key_are_merged_item_by_item(string patch, string ports) =>
        Assert.Equal(ports, Patched(Service, patch)["spec"]!["ports"]!.ToJsonString());

    [Fact]
    public void Lists_without_a_key_are_replaced() =>
        Assert.Equal("""["l"]""", Patched(Service, """{"spec":{"externalIPs":["l"]}}""")["spec"]!["externalIPs"]!.ToJsonString());

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
    [InlineData("""{"spec":{"ports":[{"name":"no port"}]}}""")]
    public void Nonsense_is_refused(string patch) => Assert.True(Assert.Throws<PatchException>(() => Patched(Service, patch)).Malformed);

    private static JsonObject Patched(string target, string patch) =>
        StrategicMergePatch.Apply((JsonObject)JsonNode.Parse(target)!, (JsonObject)JsonNode.Parse(patch)!);
}
