using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Text;

/// <summary>What is read is written again, whatever it is.</summary>
public class RoundTripTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Everything that a reader of YAML, old or new, could take for something else.
    private static readonly string[] Texts =
    [
        "", " ", "a", "~", "null", "Null", "true", "False", "yes", "NO", "on", "Off", "y", "N", "1", "-1", "+1", "1.0", "1e3", ".5", "5.", "0x1F", "0o17",
        "017", "1_000", "0b11", "1:30", "12:30:45", ".inf", "-.INF", ".nan", "2001-01-01", "2001-01-01T00:00:00Z", "<<", "=", "-", "- a", "-a", "?", "? a",
        ":", ": a", "a:", "a: b", "a:b", "#", "a #b", "a#b", "[a]", "{a}", "a, b", "&a", "*a", "!a", "|", ">", "'", "it's", "\"", "\"quoted\"", "%a", "@a",
        "`a`", "\\", "a\\nb", "\t", "a\tb", "\r", "a\r\nb", "\n", "\n\n", "a\n", "a\n\n", "a\nb", "a\nb\n", "a\n\nb\n\n", " a\nb", "a\n b\n", "\na", "a\n\tb",
        "a \nb", "---", "--- a", "...", "a\n---\nb", "a\n...\nb\n", "\u0000", "\u0007", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffe",
        "é", "日本語", "😀", "a😀\u0001", "192.168.0.1", "10.0", "127.0.0.1:80", "5s", "v1", "outbound|80||a.b", "*.shop", "a b  c", "a ", "trailing:",
    ];

    public static TheoryData<string> AllTexts => [.. Texts];

    [Theory]
    [MemberData(nameof(AllTexts))]
    public void A_text_is_read_as_it_was_written(string text)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = "a", ["annotations"] = new JsonObject { ["a"] = text } },
            ["status"] = new JsonObject { [text] = text, ["list"] = new JsonArray(text, new JsonArray(text), new JsonObject { [text] = text, ["b"] = text }) },
        };
        AssertKept(json);
    }

    [Fact]
    public void Random_objects_survive_yaml()
    {
        var random = new Random(20_261_101);
        for (var round = 0; round < 400; round++)
        {
            AssertKept(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = "a" },
                ["status"] = RandomObject(random, 0),
            });
        }
    }

    [Fact]
    public void What_is_not_known_is_kept_and_comes_back()
    {
        var resource = Reading.Good("""
            # comments are not data
            kind: ServiceEntry
            apiVersion: networking.istio.io/v1beta1
            future: [1, 2.50, 1e3, true, null, "1"]
            metadata:
              labels: { app: shop }
              name: shop
              managedFields: [ { manager: kubectl, fieldsV1: { "f:spec": {} } } ]
            spec:
              shiny: { new: &part { field: yes } }
              again: *part
              hosts: [ shop.example.com ]
              ports: [ { number: 80, name: http, more: 007 } ]
              resolution: DNS
            """);
        Assert.Equal(
            """{"apiVersion":"networking.istio.io/v1beta1","kind":"ServiceEntry","metadata":{"labels":{"app":"shop"},"name":"shop","namespace":"default","managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}]},"spec":{"shiny":{"new":{"field":"yes"}},"again":{"field":"yes"},"hosts":["shop.example.com"],"ports":[{"number":80,"name":"http","more":"007"}],"resolution":"DNS"},"future":[1,2.50,1e3,true,null,"1"]}""",
            resource.Kept());
        var again = Reading.Good(ResourceText.ToYaml(resource));
        Assert.Equal(resource.Kept(), again.Kept());
        Assert.Equal(resource.Spec, again.Spec);
        Assert.Equal(resource.Kept(), ResourceText.FromJson(ResourceText.ToJson(resource)).Resource!.Kept());
    }

    [Fact]
    public void Yaml_reads_well()
    {
        var resource = Reading.Good("""
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: { name: lua, namespace: shop, annotations: { note: "first line\nsecond: line\n" } }
            spec:
              configPatches:
              - applyTo: HTTP_FILTER
                patch:
                  operation: ADD
                  value:
                    name: lua
                    code: "function f()\n  return \"a\"\nend"
                    empty: {}
                    none: []
                    nested: [ [ 1, "2" ], [ { a: "yes", b: 1.50 } ] ]
            """);
        Assert.Equal(
            """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata:
              name: lua
              namespace: shop
              annotations:
                note: |
                  first line
                  second: line
            spec:
              configPatches:
              - applyTo: HTTP_FILTER
                patch:
                  operation: ADD
                  value:
                    name: lua
                    code: |-
                      function f()
                        return "a"
                      end
                    empty: {}
                    none: []
                    nested:
                    - - 1
                      - '2'
                    - - a: 'yes'
                        b: 1.50

            """,
            ResourceText.ToYaml(resource));
    }

    [Fact]
    public void A_key_longer_than_yaml_allows_in_front_of_a_colon_is_written_with_a_question_mark() => AssertKept(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = "a" },
        ["status"] = new JsonObject { [new string('k', 3000)] = new JsonObject { [new string('l', 1100)] = 1 }, ["b"] = 2 },
    });

    private static void AssertKept(JsonObject json)
    {
        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString(Relaxed));
        var yaml = ResourceText.ToYaml(bytes);
        var parsed = Assert.Single(ResourceText.Parse(yaml));
        Assert.True(parsed.Resource is not null, $"{string.Join("\n", parsed.Problems)}\n{yaml}");
        Assert.True(JsonNode.DeepEquals(json["status"], JsonNode.Parse(parsed.Resource.Json.Span)!["status"]), yaml);
        Assert.Equal(parsed.Resource.Kept(), ResourceText.FromJson(bytes).Resource?.Kept());
    }

    private static JsonNode? RandomNode(Random random, int depth) => random.Next(depth > 4 ? 5 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => JsonNode.Parse(new[] { "0", "-1", "1.50", "1e10", "18446744073709551616", "-0.5E-3", "1E+2" }[random.Next(7)]),
        3 or 4 => Texts[random.Next(Texts.Length)],
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomNode(random, depth + 1))]),
        _ => RandomObject(random, depth + 1),
    };

    private static JsonObject RandomObject(Random random, int depth)
    {
        var result = new JsonObject();
        for (var count = random.Next(5); count > 0; count--) result[Texts[random.Next(Texts.Length)]] = RandomNode(random, depth);
        return result;
    }
}
