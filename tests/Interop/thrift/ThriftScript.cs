using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>Calls with the answers that a server has to give, with or without a proxy.</summary>
internal sealed class ThriftScript
{
    private readonly List<JsonNode> _calls = [];
    private readonly List<JsonNode> _answers = [];

    public ThriftScript(string server, ThriftDialect dialect, bool oneWay = true)
    {
        var common = JsonNode.Parse(File.ReadAllText(Peers.PathOf("thrift/script.json")))!;
        foreach (var one in common.AsArray()) Add(one!["call"]!, one["answer"]!);
        var large = new string('x', 200_000);
        Add(new JsonObject { ["call"] = "echo", ["args"] = new JsonArray(large) }, new JsonObject { ["result"] = large });
        if (oneWay) Add("""{"call": "notify", "args": ["one way"]}""", """{"result": null}""");
        Add("""{"call": "who"}""", $$"""{"result": "{{server}}"}""");

        // An error that is not declared; see README.md for the difference.
        Add("""{"call": "fail", "args": ["broken"]}""", server == ThriftPeers.Python
            ? """{"error": "TApplicationException", "message": "Internal error", "type": 6}"""
            : """{"error": "TApplicationException", "message": "broken", "type": 0}""");
        if (dialect.Transport == "header")
        {
            Add("""{"call": "headers", "headers": {"user": "anna"}}""", """{"result": {"user": "anna"}}""");
            Add("""{"call": "headers"}""", """{"result": {}}""");
        }

        if (dialect.Multiplexed) Add("""{"service": "Stock", "call": "count", "args": ["abc"]}""", """{"result": 3}""");
    }

    public JsonNode[] Calls => [.. _calls];

    /// <summary>Compares, and names the first that is wrong.</summary>
    public void Check(JsonNode[] answers, string seen)
    {
        Assert.Equal(_answers.Count, answers.Length);
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.True(
                JsonNode.DeepEquals(_answers[i], answers[i]),
                $"{Short(_calls[i])}: expected {Short(_answers[i])}, got {Short(answers[i])}\n{seen}");
        }
    }

    private void Add(string call, string answer) => Add(JsonNode.Parse(call)!, JsonNode.Parse(answer)!);

    private void Add(JsonNode call, JsonNode answer)
    {
        _calls.Add(call);
        _answers.Add(answer);
    }

    private static string Short(JsonNode node)
    {
        var text = node.ToJsonString();
        return text.Length > 300 ? text[..300] + "..." : text;
    }
}
