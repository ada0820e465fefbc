using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Patching;

namespace Meltemi.ControlPlane.Tests.Api.Patching;

public class JsonPatchTests
{
    // The examples of RFC 6902, appendix A, and the corners beside them.
    [Theory]
    [InlineData("""{"foo": "bar"}""", """[{"op": "add", "path": "/baz", "value": "qux"}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"foo": ["bar", "baz"]}""", """[{"op": "add", "path": "/foo/1", "value": "qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz": "qux", "foo": "bar"}""", """[{"op": "remove", "path": "/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo": ["bar", "qux", "baz"]}""", """[{"op": "remove", "path": "/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz": "qux", "foo": "bar"}""", """[{"op": "replace", "path": "/baz", "value": "boo"}]""", """{"baz":"boo","foo":"bar"}""")]
    [InlineData("""{"foo": {"bar": 1}, "qux": {}}""", """[{"op": "move", "from": "/foo/bar", "path": "/qux/thud"}]""", """{"foo":{},"qux":{"thud":1}}""")]
    [InlineData("""{"foo": ["all", "grass", "cows", "eat"]}""", """[{"op": "move", "from": "/foo/1", "path": "/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"foo": "bar"}""", """[{"op": "add", "path": "/child", "value": {"grandchild": {}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("""{"foo": "bar"}""", """[{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"/": 9, "~1": 10}""", """[{"op": "test", "path": "/~01", "value": 10}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"foo": ["bar"]}""", """[{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"a": 1}""", """[{"op": "copy", "from": "/a", "path": "/b"}]""", """{"a":1,"b":1}""")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "path": "", "value": {"b": 2}}]""", """{"b":2}""")]
    [InlineData("""{"a": 1}""", """[{"op": "move", "from": "/a", "path": "/a"}]""", """{"a":1}""")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "path": "/a", "value": null}]""", """{"a":null}""")]
    [InlineData("""{"a": 1.0}""", """[{"op": "test", "path": "/a", "value": 1}]""", """{"a":1.0}""")]
    public void Operations_do_what_the_rfc_says(string target, string patch, string expected) =>
        Assert.Equal(expected, JsonPatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch), 1000)!.ToJsonString());

    [Theory]
    [InlineData("""{"baz": "qux"}""", """[{"op": "test", "path": "/baz", "value": "bar"}]""", "the test failed")]
    [InlineData("""{"foo": "bar"}""", """[{"op": "add", "path": "/baz/bat", "value": "qux"}]""", "there is nothing at \"/baz/bat\"")]
    [InlineData("""{"/": 9}""", """[{"op": "test", "path": "/~01", "value": "10"}]""", "there is nothing at \"/~01\"")]
    [InlineData("""{"a": []}""", """[{"op": "add", "path": "/a/1", "value": 1}]""", "there is nothing at \"/a/1\"")]
    [InlineData("""{"a": [1]}""", """[{"op": "remove", "path": "/a/-"}]""", "there is nothing at \"/a/-\"")]
    [InlineData("""{"a": [1, 2]}""", """[{"op": "remove", "path": "/a/01"}]""", "there is nothing at \"/a/01\"")]
    [InlineData("""{"a": {"b": 1}}""", """[{"op": "move", "from": "/a", "path": "/a/b"}]""", "cannot be moved into itself")]
    [InlineData("""{"a": 1}""", """[{"op": "replace", "path": "/b", "value": 1}]""", "there is nothing at \"/b\"")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "path": "a", "value": 1}]""", "is no JSON pointer")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "path": "/a~2", "value": 1}]""", "has a ~ that is neither ~0 nor ~1")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "path": "/a~", "value": 1}]""", "has a ~ that is neither ~0 nor ~1")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "path": "/a"}]""", "\"value\" is missing")]
    [InlineData("""{"a": 1}""", """[{"op": "add", "value": 1}]""", "\"path\" is missing")]
    [InlineData("""{"a": 1}""", """[1]""", "it is no object")]
    [InlineData("""{"a": 1}""", """{}""", "is a list of operations")]
    public void What_cannot_be_applied_says_why(string target, string patch, string message)
    {
        var error = Assert.Throws<PatchException>(() => JsonPatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch), 1000));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void A_small_patch_cannot_make_a_huge_object()
    {
        var doubling = string.Join(",", Enumerable.Range(0, 40).Select(i => """{"op": "copy", "from": "/a", "path": "/a/-"}"""));
        var error = Assert.Throws<PatchException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a": [1]}"""), JsonNode.Parse($"[{doubling}]"), 10_000));
        Assert.Contains("copies more than an object may hold", error.Message);
    }

    [Fact]
    public void The_target_is_not_changed()
    {
        var target = JsonNode.Parse("""{"a": [1]}""")!;
        JsonPatch.Apply(target, JsonNode.Parse("""[{"op": "add", "path": "/a/-", "value": 2}]"""), 1000);
        Assert.Equal("""{"a":[1]}""", target.ToJsonString());
    }
}
