using System.Text;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Text;

/// <summary>Whatever a text says, the answer is resources and problems, never an exception, and never out of proportion.</summary>
public class HostileTextTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\n    ", "&a ", "*a", "<<: ", "\"", "'", "|\n", ">\n", "#", "!!str ", "? ", ",", "~", "null", "\n---\n",
        "\n...\n", "\t", "%YAML 1.2\n", "@", "\0", "\ud800", "é", "1e999", "-1", "0.25s", "1h", "9999999999999999999999", "true", "apiVersion: v1\n",
        "apiVersion: networking.istio.io/v1\n", "apiVersion: metaprotocol.aeraki.io/v1alpha1\n", "kind: MetaRouter\n", "kind: ServiceEntry\n", "kind: List\n",
        "items", "kind: VirtualService\n", "kind: DestinationRule\n", "metadata: { name: a }\n", "metadata", "spec:", "spec: {", "hosts: [a.b]", "routes", "http",
        "match", "attributes", "route", "destination", "{host: a.b}", "weight", "trafficPolicy", "subsets", "exact", "regex", "endpoints", "ports", "status",
    ];

    [Fact]
    public void Random_texts_never_throw()
    {
        var random = new Random(4711);
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(40); length > 0; length--) text.Append(Pieces[random.Next(Pieces.Length)]);
            Check(text.ToString());
        }
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(4712);
        for (var round = 0; round < 1000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            ResourceText.FromJson(bytes);
            ResourceText.Parse(Encoding.UTF8.GetString(bytes));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Truncated_and_damaged_texts_never_throw(int seed)
    {
        var yaml = Samples.All();
        var random = new Random(seed);
        foreach (var (_, text) in yaml)
        {
            for (var round = 0; round < 12; round++)
            {
                var damaged = new StringBuilder(text[..random.Next(text.Length)]);
                if (damaged.Length > 0) damaged.Insert(random.Next(damaged.Length), Pieces[random.Next(Pieces.Length)]);
                Check(damaged.ToString());
            }

            foreach (var parsed in ResourceText.Parse(text))
            {
                if (parsed.Resource is not { } resource) continue;
                var json = ResourceText.ToJson(resource);
                for (var length = 0; length < json.Length; length += Math.Max(1, json.Length / 40)) ResourceText.FromJson(json.AsMemory(0, length));
                for (var round = 0; round < 20; round++)
                {
                    var broken = (byte[])json.Clone();
                    broken[random.Next(broken.Length)] = (byte)random.Next(256);
                    ResourceText.FromJson(broken);
                }
            }
        }
    }

    [Fact]
    public void Five_megabytes_are_read_and_written_again()
    {
        var json = new StringBuilder("""
            {"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"big"},"spec":{"hosts":["big.example.com"],"resolution":"STATIC",
            "ports":[{"number":80,"name":"http"}],"endpoints":[
            """);
        for (var i = 0; json.Length < 5 * 1024 * 1024; i++)
            json.Append($$$"""{{{(i == 0 ? "" : ",")}}}{"address":"10.{{{i >> 16 & 255}}}.{{{i >> 8 & 255}}}.{{{i & 255}}}","labels":{"version":"v{{{i}}}","note":"x"}}""");
        var resource = ResourceText.FromJson(Encoding.UTF8.GetBytes(json.Append("]}}").ToString())).Resource!;
        Assert.True(resource.Json.Length > 5 * 1024 * 1024);
        Assert.Equal(resource, ResourceText.FromJson(ResourceText.ToJson(resource)).Resource);
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var text = new StringBuilder("apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: laughs }\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) text.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]\n");
        Assert.Contains("the object is longer than 33554432 bytes when its aliases are written out", Reading.Problems(text.ToString()));
        Assert.Contains("the object is longer than 33554432 bytes when its aliases are written out",
            Reading.Problems(text.ToString().Replace("\na11:", "\nspec: { egress: [ { hosts: *a10 } ] }\na11:")));
    }

    [Fact]
    public void Aliases_that_nest_are_refused()
    {
        var text = new StringBuilder("apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: deep }\na0: &a0 [x]\n");
        for (var i = 1; i < 100_000; i++) text.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        Assert.Contains("nested deeper than 64 levels", Reading.Problems(text.ToString()));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    public void Deep_nesting_is_refused(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Contains("nested deeper than 64 levels", Reading.Problems($"{{apiVersion: v1, kind: Namespace, metadata: {{name: a}}, status: {deep}}}"));
        var json = $"{{\"status\": {deep.Replace("a:", "\"a\":")}}}";
        Assert.Contains("nested deeper than 64 levels", Assert.Single(ResourceText.FromJson(Encoding.UTF8.GetBytes(json)).Problems).Message);
    }

    private static void Check(string text)
    {
        foreach (var parsed in ResourceText.Parse(text))
        {
            Assert.True(parsed.Resource is not null || !parsed.Problems.IsEmpty, text);
            if (parsed.Resource is { } resource) Assert.Equal(resource.Kept(), ResourceText.Parse(ResourceText.ToYaml(resource))[0].Resource?.Kept());
        }
    }
}
